package dev.keyturn.steps.arrangement;

/** One of the two versions that a run goes between. */
public enum Which {
    OLD,
    NEW;

    public Which other() {
        return this == OLD ? NEW : OLD;
    }
}
