package dev.keyturn.steps.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.steps.look.Found;
import dev.keyturn.steps.look.Stand;
import dev.keyturn.steps.manifest.Manifests;
import dev.keyturn.steps.store.Run.Phase;
import dev.keyturn.workflows.contract.Remark;
import dev.keyturn.workflows.contract.Settlement.Direction;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The design's recovery table, row by row, for an account and a copy of it. */
class RecoveryTest {
    private final Looked looked = new Looked(Manifests.ofEachKind());

    @ParameterizedTest(name = "{0}, account {1}, copy {2}: {3}, and {4} when it is to go back")
    @CsvSource({
        // run, account, copy, decision, decision if the run is to go back
        "PREPARED,  OLD,     OLD,     BACK,    BACK",
        "CHANGING,  OLD,     OLD,     BACK,    BACK",
        "CHANGING,  OLD,     NEW,     BACK,    BACK",
        "CHANGING,  NEW,     OLD,     BACK,    BACK",
        "CHANGING,  BOTH,    OLD,     BACK,    BACK",
        "CHANGING,  BOTH,    BOTH,    BACK,    BACK",
        "CHANGING,  NEW,     ABSENT,  BACK,    BACK",
        "CHANGING,  NEW,     NEW,     COMMIT,  BACK",
        "CHANGING,  BOTH,    NEW,     COMMIT,  BACK",
        "CHANGING,  UNSEEN,  NEW,     COMMIT,  BACK",
        "COMMITTED, OLD,     OLD,     FORWARD, FORWARD",
        "COMMITTED, OLD,     NEW,     FORWARD, FORWARD",
        "COMMITTED, NEW,     NEW,     FORWARD, FORWARD",
        "COMMITTED, BOTH,    ABSENT,  FORWARD, FORWARD",
        "CHANGING,  NEITHER, NEW,     DRIFT,   DRIFT",
        "CHANGING,  NEW,     NEITHER, DRIFT,   DRIFT",
        "COMMITTED, NEITHER, NEW,     DRIFT,   DRIFT",
        "COMMITTED, NEW,     NEITHER, DRIFT,   DRIFT",
        "CHANGING,  OPEN,    NEW,     DRIFT,   DRIFT",
        "COMMITTED, OPEN,    NEW,     DRIFT,   DRIFT",
        "CLOSED,    NEW,     NEW,     NOTHING, NOTHING",
        "CLOSED,    NEITHER, NEW,     NOTHING, NOTHING",
    })
    void eachRowOfTheRecoveryTable(Phase phase, Stand account, Stand copy, Direction ahead, Direction back) {
        Found found = looked.of(account, copy);

        assertThat(Recovery.decide(phase, found, false)).isEqualTo(ahead);
        assertThat(Recovery.decide(phase, found, true)).isEqualTo(back);
    }

    @Test
    void aRunThatChangedNothingThatCanBeSeenGoesBack() {
        assertThat(Recovery.decide(Phase.CHANGING, new Found(List.of(), List.of()), false))
                .isEqualTo(Direction.BACK);
    }

    @ParameterizedTest
    @EnumSource(
            value = Stand.class,
            names = {"NEITHER", "UNASKED", "OPEN"})
    void whateverSpeaksAgainstWritingIsNamedWithTheNextCommand(Stand stand) {
        assertThat(Recovery.unknown(looked.of(stand, Stand.NEW)))
                .singleElement()
                .satisfies(remark -> {
                    assertThat(remark.blocks()).isTrue();
                    assertThat(remark.object()).isEqualTo("account app on main (app_pw)");
                    assertThat(remark.next()).contains("keyturn repair");
                });
    }

    @ParameterizedTest
    @EnumSource(
            value = Stand.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"NEITHER", "UNASKED", "OPEN"})
    void whatIsKnownIsNoRemark(Stand stand) {
        assertThat(Recovery.unknown(looked.of(stand, Stand.OLD))).isEmpty();
    }

    @Test
    void everyUnknownObjectIsNamedNotTheFirstAlone() {
        assertThat(Recovery.unknown(looked.of(Stand.NEITHER, Stand.NEITHER)))
                .extracting(Remark::object)
                .containsExactly("account app on main (app_pw)", "key-directory keys, app_pw (app_pw)");
    }
}
