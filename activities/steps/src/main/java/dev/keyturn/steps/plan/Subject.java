package dev.keyturn.steps.plan;

import dev.keyturn.steps.arrangement.Course;
import dev.keyturn.steps.manifest.Secret;

/** A secret that a run changes, and how. */
public record Subject(Secret secret, Course course) {
    public String name() {
        return secret.name();
    }
}
