package dev.keyturn.systemtests;

import dev.keyturn.systemtests.RunInProcess.Assignment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Tests of which each has a system of its own and something is done for all of them in one process, when the first of them begins. They
 * run one after the other, so that the next group finds the systems as this one leaves them.
 *
 * @param <S> a system
 * @param <B> what is known of it from before
 */
final class Group<S, B> {
    /** How many systems a group has at most: enough that the start of a process matters little, few enough to start quickly. */
    static final int SYSTEMS = 8;

    private final List<Member<S, B>> members = new ArrayList<>();
    private final Function<S, B> prepare;
    private final Consumer<List<Member<S, B>>> together;
    private boolean begun;
    private Error failure;

    private Group(Function<S, B> prepare, Consumer<List<Member<S, B>>> together) {
        this.prepare = prepare;
        this.together = together;
    }

    /** One test's part. */
    static final class Member<S, B> {
        private final Group<S, B> group;
        private final Spot spot;
        private final IntFunction<S> systems;
        private final int number;
        private S system;
        private B before;

        private Member(Group<S, B> group, Spot spot, IntFunction<S> systems, int number) {
            this.group = group;
            this.spot = spot;
            this.systems = systems;
            this.number = number;
        }

        Spot spot() {
            return spot;
        }

        S system() {
            group.begin();
            return system;
        }

        B before() {
            group.begin();
            return before;
        }

        private void prepare() {
            system = systems.apply(number);
            before = group.prepare.apply(system);
        }

        @Override
        public String toString() {
            return spot.toString();
        }
    }

    /**
     * A test for each spot.
     *
     * @param systems the system of this number, counted from 0
     * @param prepare what is done to each system first, and what is known of it then
     * @param together what is done then to all of a group
     */
    static <S, B> Stream<Member<S, B>> of(
            Stream<Spot> spots, IntFunction<S> systems, Function<S, B> prepare, Consumer<List<Member<S, B>>> together) {
        List<Spot> all = spots.toList();
        return IntStream.range(0, (all.size() + SYSTEMS - 1) / SYSTEMS)
                .mapToObj(i -> all.subList(i * SYSTEMS, Math.min(all.size(), (i + 1) * SYSTEMS)))
                .flatMap(some -> {
                    Group<S, B> group = new Group<>(prepare, together);
                    for (Spot spot : some) {
                        group.members.add(new Member<>(group, spot, systems, group.members.size()));
                    }
                    return group.members.stream();
                });
    }

    /** A test for each spot, whose system has had a run killed there. */
    static <S, B> Stream<Member<S, B>> killed(
            Stream<Spot> spots,
            IntFunction<S> systems,
            Function<S, B> prepare,
            BiFunction<S, Spot, Assignment> assignment) {
        return of(
                spots,
                systems,
                prepare,
                members -> RunInProcess.kill(members.stream()
                        .map(member -> assignment.apply(member.system(), member.spot()))
                        .toList()));
    }

    /** What fails for one fails for all. */
    private void begin() {
        if (!begun) {
            begun = true;
            try {
                members.forEach(Member::prepare);
                together.accept(members);
            } catch (AssertionError e) {
                failure = e;
            } catch (RuntimeException e) {
                failure = new AssertionError("what was to be done to all of a group failed", e);
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
