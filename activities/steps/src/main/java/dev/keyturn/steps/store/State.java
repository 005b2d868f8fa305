package dev.keyturn.steps.store;

import dev.keyturn.spi.SecretValue;
import dev.keyturn.spi.Snapshot;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * Everything that a store holds, at one moment. Immutable; a change makes a new one, and {@link Store#update} writes it in
 * one atomic step.
 *
 * @param versions of every secret, oldest first
 * @param runs oldest first
 * @param intents what a run was about to write, with what was there before; of runs that are not closed
 * @param deployments by service name: what it was last redeployed to
 * @param dues what waits for its time
 */
public record State(
        Header header,
        List<Version> versions,
        List<Run> runs,
        List<Intent> intents,
        Map<String, Deployment> deployments,
        List<Due> dues) {
    public State {
        versions = List.copyOf(versions);
        runs = List.copyOf(runs);
        intents = List.copyOf(intents);
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

    /** The oldest version of the secret that has this value, whatever has become of it. */
    public Optional<Version> versionOf(String secret, SecretValue value) {
        return versions.stream()
                .filter(v -> v.secret().equals(secret) && v.value().equals(Optional.of(value)))
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

    /** What an object was before this run touched it, if the run has said what it would make of it. */
    public Optional<Snapshot> before(String run, String object) {
        return intents.stream()
                .filter(i -> i.run().equals(run) && i.object().equals(object))
                .map(Intent::before)
                .findFirst();
    }

    /** @throws IllegalStateException if there is no run of this identity */
    public Run run(String id) {
        return runs.stream()
                .filter(r -> r.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no run " + id));
    }

    /** With these versions added. */
    public State withVersions(List<Version> added) {
        return with(concat(versions, added));
    }

    /** With this run added. */
    public State withRun(Run run) {
        return with(versions, concat(runs, List.of(run)), intents, dues);
    }

    /**
     * With this run having come to {@link Run.Phase#CHANGING}; the same if it had.
     *
     * @throws IllegalStateException if it is past that
     */
    public State changing(String id) {
        Run run = run(id);
        return switch (run.phase()) {
            case PREPARED -> with(run.in(Run.Phase.CHANGING));
            case CHANGING -> this;
            default ->
                throw new IllegalStateException("run " + id + " is " + run.phase() + " and cannot change things again");
        };
    }

    /**
     * With this intent. It replaces an earlier one of the same run, arrangement and object, except for what was there before: the first that
     * a run says of an object is kept, because a later look may see the run's own work.
     */
    public State withIntent(Intent intent) {
        Intent kept = before(intent.run(), intent.object())
                .map(first -> new Intent(
                        intent.run(), intent.arrangement(), intent.object(), first, intent.wanted(), intent.mark()))
                .orElse(intent);
        List<Intent> others = intents.stream()
                .filter(i -> !(i.run().equals(kept.run())
                        && i.arrangement().equals(kept.arrangement())
                        && i.object().equals(kept.object())))
                .toList();
        return with(versions, runs, concat(others, List.of(kept)), dues);
    }

    /** With this service about to be redeployed by a run: not complete, and the time of the last complete one kept. */
    public State deploying(String service, String generation, String run) {
        long millis =
                deployments.containsKey(service) ? deployments.get(service).millis() : -1;
        return withDeployment(service, new Deployment(generation, run, false, millis));
    }

    /** With this service redeployed by a run, which took {@code millis}. */
    public State deployed(String service, String generation, String run, long millis) {
        return withDeployment(service, new Deployment(generation, run, true, millis));
    }

    /**
     * The commit point of a run: its versions are current, those that were are previous, and the run is committed. The same if it was
     * committed already.
     *
     * @throws IllegalStateException if one of its versions is not pending, or the run is closed
     */
    public State commit(String id, Instant now) {
        Run run = run(id);
        if (run.phase() == Run.Phase.COMMITTED) {
            return this;
        }
        if (run.phase() == Run.Phase.CLOSED) {
            throw new IllegalStateException("run " + id + " is closed and cannot commit");
        }
        run.to().forEach((secret, number) -> {
            boolean isCurrent =
                    current(secret).filter(v -> v.number() == number).isPresent();
            if (!isCurrent) {
                require(secret, number, Version.Status.PENDING);
            }
        });
        return withVersionsAs(v -> {
                    Integer number = run.to().get(v.secret());
                    if (number == null || (v.number() == number && v.status() == Version.Status.CURRENT)) {
                        return v;
                    }
                    if (v.number() == number) {
                        return v.as(Version.Status.CURRENT, now);
                    }
                    return v.status() == Version.Status.CURRENT ? v.as(Version.Status.PREVIOUS, now) : v;
                })
                .with(run.in(Run.Phase.COMMITTED));
    }

    /**
     * The pending versions of a run are abandoned. The same if they were.
     *
     * @throws IllegalStateException if the run has committed
     */
    public State abandon(String id, Instant now) {
        Run run = run(id);
        boolean any = versions.stream().anyMatch(v -> pendingOf(run, v));
        if (run.phase() == Run.Phase.COMMITTED) {
            throw new IllegalStateException("run " + id + " has committed and goes forward only");
        }
        return any ? withVersionsAs(v -> pendingOf(run, v) ? v.as(Version.Status.ABANDONED, now) : v) : this;
    }

    private static boolean pendingOf(Run run, Version version) {
        return version.status() == Version.Status.PENDING
                && Integer.valueOf(version.number()).equals(run.to().get(version.secret()));
    }

    /**
     * A previous version is retired, and waits for nothing any more. The same if it was.
     *
     * @throws IllegalStateException if it is neither previous nor retired
     */
    public State retire(String secret, int number, Instant now) {
        if (version(secret, number)
                .filter(v -> v.status() == Version.Status.RETIRED)
                .isPresent()) {
            return this;
        }
        require(secret, number, Version.Status.PREVIOUS);
        State retired = withVersionsAs(
                v -> v.secret().equals(secret) && v.number() == number ? v.as(Version.Status.RETIRED, now) : v);
        return retired.with(retired.versions, runs, intents, othersThan(secret, number));
    }

    /** The version of a secret that waits for its time; of several, the one that waits longest. */
    public Optional<Due> due(String secret) {
        return dues.stream().filter(due -> due.secret().equals(secret)).max(Comparator.comparing(Due::notBefore));
    }

    /** With this version waiting for its time; a later word on the same version counts. */
    public State withDue(Due due) {
        return with(versions, runs, intents, concat(othersThan(due.secret(), due.version()), List.of(due)));
    }

    /**
     * With this run closed, and its before-images dropped. The same if it was.
     *
     * @param outcome how it ended, as {@link Run#outcome()} says
     * @throws IllegalStateException if versions of it are pending still: it has to commit or abandon them first
     */
    public State closed(String id, String outcome, Instant now) {
        Run run = run(id);
        if (run.phase() == Run.Phase.CLOSED) {
            return this;
        }
        if (versions.stream().anyMatch(v -> pendingOf(run, v))) {
            throw new IllegalStateException("run " + id + " has pending versions and cannot be closed");
        }
        List<Intent> others = intents.stream().filter(i -> !i.run().equals(id)).toList();
        return with(versions, with(run.closed(outcome, now)).runs, others, dues);
    }

    /**
     * Looks whether this can be.
     *
     * @throws IllegalStateException if a secret has two current versions, a number was used twice, a version in use has no value, or two
     *     runs are open
     */
    public void check() {
        Set<String> current = new HashSet<>();
        Set<Map.Entry<String, Integer>> numbers = new HashSet<>();
        for (Version version : versions) {
            String name = version.secret() + " version " + version.number();
            if (version.number() < 1 || !numbers.add(Map.entry(version.secret(), version.number()))) {
                throw new IllegalStateException(name + ": the number was used before or is below 1");
            }
            if (version.status() == Version.Status.CURRENT && !current.add(version.secret())) {
                throw new IllegalStateException(version.secret() + ": two versions would be current");
            }
            boolean ended = version.status() == Version.Status.RETIRED || version.status() == Version.Status.ABANDONED;
            if (!ended && version.value().isEmpty()) {
                throw new IllegalStateException(name + " is " + version.status() + " and has no value");
            }
        }
        if (runs.stream().filter(r -> r.phase() != Run.Phase.CLOSED).count() > 1) {
            throw new IllegalStateException("two runs would be open");
        }
        if (runs.stream().map(Run::id).distinct().count() != runs.size()) {
            throw new IllegalStateException("two runs would have one identity");
        }
    }

    State withHeader(Header next) {
        return new State(next, versions, runs, intents, deployments, dues);
    }

    State withVersionsAs(UnaryOperator<Version> change) {
        return with(versions.stream().map(change).toList());
    }

    private void require(String secret, int number, Version.Status status) {
        Version.Status found = version(secret, number)
                .orElseThrow(() -> new IllegalStateException(secret + " has no version " + number))
                .status();
        if (found != status) {
            throw new IllegalStateException(
                    secret + " version " + number + ": found " + found + ", expected " + status);
        }
    }

    private List<Due> othersThan(String secret, int number) {
        return dues.stream()
                .filter(d -> !(d.secret().equals(secret) && d.version() == number))
                .toList();
    }

    private State withDeployment(String service, Deployment deployment) {
        return new State(header, versions, runs, intents, put(deployments, service, deployment), dues);
    }

    private State with(Run changed) {
        List<Run> next = runs.stream()
                .map(r -> r.id().equals(changed.id()) ? changed : r)
                .toList();
        return with(versions, next, intents, dues);
    }

    private State with(List<Version> next) {
        return with(next, runs, intents, dues);
    }

    private State with(List<Version> versions, List<Run> runs, List<Intent> intents, List<Due> dues) {
        return new State(header, versions, runs, intents, deployments, dues);
    }

    private static <T> List<T> concat(List<T> some, List<T> more) {
        return Stream.concat(some.stream(), more.stream()).toList();
    }

    private static <T> Map<String, T> put(Map<String, T> map, String key, T value) {
        Map<String, T> next = new HashMap<>(map);
        next.put(key, value);
        return next;
    }
}
