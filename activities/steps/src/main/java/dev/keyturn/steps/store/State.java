package dev.keyturn.steps.store;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Everything that a store holds, at one moment. Immutable; a change makes a new one, and {@link Store#update} writes it in
 * one atomic step.
 *
 * @param versions of every secret, oldest first
 * @param runs oldest first
 * @param intents what a run was about to write, with what was there before; of runs that are not closed
 * @param publications by publication name: what was last published
 * @param deployments by service name: what it was last redeployed to
 * @param dues what waits for its time
 */
public record State(
        Header header,
        List<Version> versions,
        List<Run> runs,
        List<Intent> intents,
        Map<String, Published> publications,
        Map<String, Deployment> deployments,
        List<Due> dues) {
    public State {
        versions = List.copyOf(versions);
        runs = List.copyOf(runs);
        intents = List.copyOf(intents);
        publications = Map.copyOf(publications);
        deployments = Map.copyOf(deployments);
        dues = List.copyOf(dues);
    }

    /** The version in use, if there is one. */
    public Optional<Version> current(String secret) {
        return versions.stream()
                .filter(v -> v.secret().equals(secret) && v.status() == Version.Status.CURRENT)
                .findFirst();
    }

    public Optional<Version> version(String secret, int number) {
        return versions.stream()
                .filter(v -> v.secret().equals(secret) && v.number() == number)
                .findFirst();
    }

    /** The run that is not closed, if there is one; there is never more than one. */
    public Optional<Run> openRun() {
        return runs.stream().filter(r -> r.phase() != Run.Phase.CLOSED).findFirst();
    }

    /** The number for the next version: one more than any that was ever used. */
    public int nextNumber(String secret) {
        return versions.stream()
                        .filter(v -> v.secret().equals(secret))
                        .mapToInt(Version::number)
                        .max()
                        .orElse(0)
                + 1;
    }
}
