package dev.keyturn.steps.plan;

import dev.keyturn.steps.store.Version.Origin;

/** Whether a value of a secret that the store does not know can be taken over. Without the value. */
public sealed interface Adoption {
    /** @param note for a person: from where */
    record Possible(Origin origin, String note) implements Adoption {}

    /** @param unopened where a value could lie that could not be looked at; empty, or to be put behind a sentence */
    record Nothing(String unopened) implements Adoption {}

    /** There are values, and none of them is shown to be the one: named with what was found and expected. */
    record Undecided(String object, String found, String expected) implements Adoption {}
}
