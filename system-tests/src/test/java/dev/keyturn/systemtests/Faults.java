package dev.keyturn.systemtests;

import dev.keyturn.spi.AdapterException;
import dev.keyturn.spi.AdapterException.Reason;
import dev.keyturn.spi.Technology;
import dev.keyturn.steps.store.Store;
import dev.keyturn.steps.store.StoreException;
import dev.keyturn.worker.LocalEnvironments;
import dev.keyturn.workflows.Steps;
import dev.keyturn.workflows.contract.FailureType;
import dev.keyturn.workflows.environment.Environments;
import io.temporal.failure.ApplicationFailure;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Lets a fault strike at a spot of a run, or one that passes at several: around the steps, the adapters and the store. */
final class Faults {
    /** What happens at the spot. */
    enum Kind {
        /** It does not answer, once at each of the spots. */
        UNAVAILABLE_ONCE,
        /** It is denied, each time. */
        DENIED,
        /** The process ends, with nothing tidied up. */
        KILL,
        /** {@link #onStrike} runs, once, and then all goes on. */
        PAUSE
    }

    /** Tests that leave a lock behind in a process that lives on wait for its end. */
    private static final Duration LEASE = Duration.ofSeconds(4);

    private final Duration lease;
    private final Set<Spot> passed = new LinkedHashSet<>();
    private Spot turning;
    private Set<Spot> armed = Set.of();
    private final Set<Spot> struck = new LinkedHashSet<>();
    private Kind kind;
    private Runnable onStrike = Faults::die;
    private String current = "";
    private int strikes;
    private int writes;
    private int failingFrom = Integer.MAX_VALUE;

    Faults() {
        this(LEASE);
    }

    /** @param lease after how long a run that says nothing is thought dead */
    Faults(Duration lease) {
        this.lease = lease;
    }

    /** Environments whose steps, adapters and store strike at the spot that is armed. */
    Environments environments(Technology... more) {
        List<Technology> technologies = Stream.concat(LocalEnvironments.technologies().stream(), Stream.of(more))
                .map(technology -> FaultyTechnologies.around(technology, this))
                .toList();
        return new LocalEnvironments(technologies, lease, this::around, this::around);
    }

    synchronized void arm(Spot spot, Kind what) {
        arm(Set.of(spot), what);
    }

    private void arm(Set<Spot> spots, Kind what) {
        armed = spots;
        kind = what;
        onStrike = Faults::die;
        strikes = 0;
        struck.clear();
    }

    /** At each of these it does not answer, once. */
    synchronized void armOnceEach(List<Spot> spots) {
        arm(Set.copyOf(spots), Kind.UNAVAILABLE_ONCE);
    }

    /** The first time that the run comes to the spot this is done, and then all goes on. */
    synchronized void arm(Spot spot, Runnable what) {
        arm(spot, Kind.PAUSE);
        onStrike = what;
    }

    /** This is done each time that a try of the run comes to the spot: on a busy machine a step may be tried again while the first try is there. */
    synchronized void armEachTime(Spot spot, Runnable there) {
        arm(spot, Kind.KILL);
        onStrike = there;
    }

    private static void die() {
        Runtime.getRuntime().halt(137);
    }

    /** The run is denied once before or after this step, so that it turns round, whatever strikes it later. */
    synchronized void turnRoundAt(Spot spot) {
        turning = spot;
    }

    /** Every spot that was passed since this was asked last, in order, whether something struck there or not. */
    synchronized List<Spot> passed() {
        List<Spot> sinceThen = List.copyOf(passed);
        passed.clear();
        return sinceThen;
    }

    /** From this write of the store on, counted from 1, none succeeds: its disk is full. */
    synchronized void failStoreFrom(int write) {
        strikes = 0;
        writes = 0;
        failingFrom = write;
    }

    /** How often the store was written to since {@link #failStoreFrom}, renewals of the lease not counted, which keep the clock's time, nor turns, each of which is followed by a write that is. */
    synchronized int storeWrites() {
        return writes;
    }

    synchronized void disarm() {
        armed = Set.of();
        turning = null;
        failingFrom = Integer.MAX_VALUE;
    }

    /** How often the fault struck. */
    synchronized int strikes() {
        return strikes;
    }

    /** Where the fault struck. */
    synchronized Set<Spot> struck() {
        return Set.copyOf(struck);
    }

    private Steps around(Steps steps) {
        return new FaultySteps(steps, this);
    }

    private Store around(Store store) {
        return new FaultyStore(store, this);
    }

    void begin(String step) {
        enter(step);
        strike(Moment.BEFORE);
    }

    void end(String step) {
        enter(step);
        strike(Moment.AFTER);
        enter("");
    }

    private synchronized void enter(String step) {
        current = step;
    }

    private void strike(Moment moment) {
        boolean turns = turns(moment);
        if (strikesAt(moment) || turns) {
            throw turns || isDenied()
                    ? ApplicationFailure.newNonRetryableFailure("injected", FailureType.DENIED.name())
                    : ApplicationFailure.newFailure("injected", FailureType.UNAVAILABLE.name());
        }
    }

    private synchronized boolean turns(Moment moment) {
        boolean turns = new Spot(current, moment).equals(turning);
        if (turns) {
            turning = null;
        }
        return turns;
    }

    private synchronized boolean isDenied() {
        return kind == Kind.DENIED;
    }

    /** An adapter has had its effect, or the first part of it. */
    void effect() {
        if (!isStoreOnly() && strikesAt(Moment.MIDDLE)) {
            throw new AdapterException(isDenied() ? Reason.DENIED : Reason.UNAVAILABLE, "injected");
        }
    }

    /** The files for a backup are being read. */
    void reading() {
        if (isIn(List.of(Spot.BACK_UP))) {
            effect();
        }
    }

    /** The store is about to be written. */
    synchronized void storing() {
        writes++;
        renewing();
    }

    /** The lease is about to be renewed, or a step takes its turn. */
    synchronized void renewing() {
        if (writes >= failingFrom) {
            strikes++;
            throw new StoreException(StoreException.Kind.UNWRITABLE, "injected: the disk is full");
        }
    }

    /** The store has been written. */
    void stored() {
        if (isStoreOnly() && strikesAt(Moment.MIDDLE)) {
            throw new StoreException(StoreException.Kind.UNWRITABLE, "injected");
        }
    }

    /** Whether an effect of this moment would be struck, for effects that have parts. */
    synchronized boolean threatens(Moment moment) {
        Spot here = new Spot(current, moment);
        return armed.contains(here) && kind != Kind.PAUSE && !(kind == Kind.UNAVAILABLE_ONCE && struck.contains(here));
    }

    /** Steps whose whole effect is one write of the store. */
    private boolean isStoreOnly() {
        return isIn(List.of(Spot.BEGIN, Spot.STAGE, Spot.COMMIT, Spot.RECORD));
    }

    private synchronized boolean isIn(List<String> steps) {
        return steps.contains(current);
    }

    /** Whether it fails here. What else is done at the spot may take long, and the lease is renewed meanwhile: so without the monitor. */
    private boolean strikesAt(Moment moment) {
        Optional<Runnable> instead;
        synchronized (this) {
            Spot here = new Spot(current, moment);
            passed.add(here);
            if (!armed.contains(here)) {
                return false;
            }
            strikes++;
            boolean first = struck.add(here);
            switch (kind) {
                case UNAVAILABLE_ONCE -> {
                    return first;
                }
                case DENIED -> {
                    return true;
                }
                case PAUSE -> instead = Optional.of(onStrike).filter(what -> first);
                // Also when the step is tried again: nothing of the run comes past the spot.
                case KILL -> instead = Optional.of(onStrike);
                default -> throw new IllegalStateException(kind.toString());
            }
        }
        instead.ifPresent(Runnable::run);
        return false;
    }
}
