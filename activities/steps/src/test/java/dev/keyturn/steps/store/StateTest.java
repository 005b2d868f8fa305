package dev.keyturn.steps.store;

import static dev.keyturn.steps.store.Stores.NOW;
import static dev.keyturn.steps.store.Stores.run;
import static dev.keyturn.steps.store.Stores.snapshot;
import static dev.keyturn.steps.store.Stores.version;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StateTest {
    private static final Instant LATER = NOW.plusSeconds(60);

    private final State empty = new State(
            new Header("0123456789ab", "test", 1, Turn.FIRST, Optional.empty()),
            List.of(),
            List.of(),
            List.of(),
            Map.of(),
            List.of());

    private final State staged = empty.withVersions(List.of(
                    version("a", 1, Version.Status.CURRENT, "a-one"), version("b", 1, Version.Status.CURRENT, "b-one")))
            .withRun(run("r1", Map.of("a", 1), Map.of("a", 2)))
            .withVersions(List.of(version("a", 2, Version.Status.PENDING, "a-two")));

    @Test
    void commitMakesTheRunsVersionsCurrentAndTheFormerOnesPreviousInOneChange() {
        State committed = staged.changing("r1").commit("r1", LATER);

        assertThat(committed.current("a").orElseThrow().number()).isEqualTo(2);
        assertThat(committed.version("a", 1).orElseThrow().status()).isEqualTo(Version.Status.PREVIOUS);
        assertThat(committed.version("a", 1).orElseThrow().since()).isEqualTo(LATER);
        assertThat(committed.current("b").orElseThrow().number()).isEqualTo(1);
        assertThat(committed.run("r1").phase()).isEqualTo(Run.Phase.COMMITTED);
        committed.check();
    }

    @Test
    void aSecondCommitOfTheSameRunChangesNothing() {
        State committed = staged.commit("r1", LATER);

        assertThat(committed.commit("r1", LATER.plusSeconds(9))).isEqualTo(committed);
    }

    @Test
    void aRunCommitsOnlyVersionsThatArePending() {
        State abandoned = staged.abandon("r1", LATER);

        assertThatIllegalStateException()
                .isThrownBy(() -> abandoned.commit("r1", LATER))
                .withMessageContaining("a version 2")
                .withMessageContaining("ABANDONED");
    }

    @Test
    void abandonEndsOnlyThePendingVersionsOfItsRunAndMayBeRepeated() {
        State abandoned = staged.abandon("r1", LATER);

        assertThat(abandoned.version("a", 2).orElseThrow().status()).isEqualTo(Version.Status.ABANDONED);
        assertThat(abandoned.current("a").orElseThrow().number()).isEqualTo(1);
        assertThat(abandoned.abandon("r1", LATER.plusSeconds(9))).isEqualTo(abandoned);
        assertThat(abandoned.nextNumber("a")).isEqualTo(3);
    }

    @Test
    void aCommittedRunNeverGoesBack() {
        State committed = staged.commit("r1", LATER);

        assertThatIllegalStateException().isThrownBy(() -> committed.abandon("r1", LATER));
        assertThatIllegalStateException().isThrownBy(() -> committed.changing("r1"));
    }

    @Test
    void aRunWithPendingVersionsIsNotClosed() {
        assertThatIllegalStateException().isThrownBy(() -> staged.closed("r1", "done", LATER));
    }

    @Test
    void theFirstBeforeImageOfARunIsKeptUntilTheRunIsClosed() {
        State state = staged.withIntent(new Intent(
                        "r1",
                        "promote",
                        ".env",
                        snapshot(".env", bytes("old")),
                        snapshot(".env", bytes("new")),
                        Optional.empty()))
                .withIntent(new Intent(
                        "r1",
                        "promote",
                        ".env",
                        snapshot(".env", bytes("own work")),
                        snapshot(".env", bytes("newer")),
                        Optional.empty()))
                .withIntent(new Intent(
                        "r1",
                        "start",
                        ".env",
                        snapshot(".env", bytes("newer")),
                        snapshot(".env", bytes("old")),
                        Optional.empty()));

        assertThat(state.before("r1", ".env")).contains(snapshot(".env", bytes("old")));
        assertThat(state.intents())
                .hasSize(2)
                .allSatisfy(i -> assertThat(i.before()).isEqualTo(snapshot(".env", bytes("old"))));
        assertThat(state.intents().get(0).wanted()).isEqualTo(snapshot(".env", bytes("newer")));

        State closed = state.abandon("r1", LATER).closed("r1", "rolled_back", LATER);
        assertThat(closed.intents()).isEmpty();
        assertThat(closed.openRun()).isEmpty();
        assertThat(closed.run("r1").outcome()).isEqualTo("rolled_back");
        assertThat(closed.run("r1").ended()).contains(LATER);
    }

    @Test
    void onlyAPreviousVersionIsRetiredAndThenWaitsForNothing() {
        State committed = staged.commit("r1", LATER)
                .withDue(new Due("a", 1, LATER))
                .withDue(new Due("a", 1, LATER.plusSeconds(5)))
                .withDue(new Due("b", 1, LATER));

        State retired = committed.retire("a", 1, LATER);

        assertThat(retired.version("a", 1).orElseThrow().status()).isEqualTo(Version.Status.RETIRED);
        assertThat(retired.dues()).containsExactly(new Due("b", 1, LATER));
        assertThat(retired.retire("a", 1, LATER.plusSeconds(9))).isEqualTo(retired);
        assertThatIllegalStateException().isThrownBy(() -> committed.retire("a", 2, LATER));
    }

    @Test
    void aRedeploymentInProgressKeepsTheTimeOfTheLastCompleteOne() {
        State deployed = empty.deploying("app", "g1", "r1").deployed("app", "g1", "r1", 800);

        assertThat(empty.deploying("app", "g1", "r1").deployments().get("app").millis())
                .isEqualTo(-1);
        assertThat(deployed.deploying("app", "g2", "r2").deployments().get("app"))
                .isEqualTo(new Deployment("g2", "r2", false, 800));
    }

    @Test
    void impossibleStatesAreRefused() {
        Version second = version("b", 2, Version.Status.CURRENT, "b-two");
        Version reused = version("b", 1, Version.Status.PENDING, "b-other");
        Version empty = new Version(
                "c", 1, Version.Status.PENDING, Version.Origin.GENERATED, Optional.empty(), NOW, NOW, false);

        assertThatIllegalStateException()
                .isThrownBy(() -> staged.withVersions(List.of(second)).check())
                .withMessageContaining("two versions would be current");
        assertThatIllegalStateException()
                .isThrownBy(() -> staged.withVersions(List.of(reused)).check())
                .withMessageContaining("used before");
        assertThatIllegalStateException()
                .isThrownBy(() -> staged.withVersions(List.of(empty)).check())
                .withMessageContaining("no value");
        assertThatIllegalStateException()
                .isThrownBy(() -> staged.withRun(run("r2", Map.of(), Map.of())).check())
                .withMessageContaining("two runs would be open");
        assertThatIllegalStateException()
                .isThrownBy(() -> staged.abandon("r1", NOW)
                        .closed("r1", "rolled_back", NOW)
                        .withRun(run("r1", Map.of(), Map.of()))
                        .check())
                .withMessageContaining("one identity");
    }

    @Test
    void valuesOfEndedVersionsAreForgottenInTimeAndNoOthers() {
        State retired = staged.commit("r1", NOW).retire("a", 1, NOW);
        Duration keep = Duration.ofDays(30);

        assertThat(Retention.withoutValues(retired, NOW.plus(keep).minusMillis(1), keep))
                .isEqualTo(retired);
        State forgotten = Retention.withoutValues(retired, NOW.plus(keep), keep);
        assertThat(forgotten.version("a", 1).orElseThrow().value()).isEmpty();
        assertThat(forgotten.version("a", 2).orElseThrow().value()).isPresent();
        assertThat(forgotten.version("b", 1).orElseThrow().value()).isPresent();
        forgotten.check();
    }

    @Test
    void whatEndedLongAgoIsDroppedButNeverTheLastNumberOfASecret() {
        State ended = staged.commit("r1", NOW)
                .retire("a", 1, NOW)
                .closed("r1", "done", NOW)
                .withVersions(List.of(version("c", 1, Version.Status.ABANDONED, "c1")));
        Instant longAfter = NOW.plus(Retention.KEEP_RECORDS).plusSeconds(1);

        State kept = Retention.forget(ended, NOW.plus(Retention.KEEP));
        State dropped = Retention.forget(ended, longAfter);

        assertThat(kept.versions()).hasSameSizeAs(ended.versions());
        assertThat(kept.runs()).hasSameSizeAs(ended.runs());
        assertThat(dropped.version("a", 1)).isEmpty();
        assertThat(dropped.current("a")).isEqualTo(ended.current("a"));
        assertThat(dropped.nextNumber("c")).isEqualTo(2);
        assertThat(dropped.runs()).isEmpty();
        dropped.check();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
    }
}
