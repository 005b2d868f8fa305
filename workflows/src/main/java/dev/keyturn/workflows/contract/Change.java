package dev.keyturn.workflows.contract;

/**
 * A secret that a run changes.
 *
 * @param secret its name
 * @param kind its kind: generated, provided, derived
 * @param from the number of its current version; 0 if it has none
 * @param to the number of the version to come
 * @param origin how the new version comes about: generated, provided, derived, taken over
 * @param note for a person: what follows from it, for example that sessions end
 */
public record Change(String secret, String kind, int from, int to, String origin, String note) {}
