package dev.keyturn.steps.audit;

/**
 * What the audit is told. Texts only; never a value.
 *
 * @param run the run's identity; empty if it was none
 * @param actor who asked
 * @param event what was done, in a word or two
 * @param object to what
 * @param detail for a person; may be empty
 */
public record AuditEntry(String run, String actor, String event, String object, String detail) {}
