package dev.keyturn.steps.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.steps.look.Found;
import dev.keyturn.steps.look.Stand;
import dev.keyturn.steps.manifest.Manifest;
import dev.keyturn.steps.manifest.Manifests;
import dev.keyturn.steps.plan.Wanted;
import dev.keyturn.steps.store.Version.Origin;
import dev.keyturn.workflows.contract.Purpose;
import dev.keyturn.workflows.contract.Remark;
import dev.keyturn.workflows.contract.Remark.Severity;
import dev.keyturn.workflows.contract.Request;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class JudgementTest {
    private static final String KNOWN_LOGIN = "it accepts version 2, which is previous";
    private static final String UNKNOWN_LOGIN = "no version that the store knows logs in";
    private static final String KNOWN_COPY = "it holds version 2, which is previous";
    private static final String UNKNOWN_COPY = "it holds a value of 12 characters that the store does not know";

    private final Manifest manifest = Manifests.ofEachKind();
    private final Looked looked = new Looked(manifest);

    @ParameterizedTest
    @EnumSource(Purpose.class)
    void aServerThatTakesAnythingIsRefusedWhateverTheRunIsFor(Purpose purpose) {
        assertThat(judge(purpose, true, 1, account(Stand.OPEN, ""))).containsExactly(Severity.BLOCKS);
    }

    @ParameterizedTest
    @CsvSource({
        "ROTATE, NEITHER, BLOCKS",
        "SETUP, NEITHER, BLOCKS",
        "IMPORT, NEITHER, BLOCKS",
        "REPAIR, NEITHER, BLOCKS",
        "ROTATE, UNREACHABLE, BLOCKS",
        "SETUP, UNREACHABLE, WARNS",
        "REPAIR, UNREACHABLE, BLOCKS"
    })
    void anAccountThatIsNotAsKnownSpeaksAgainstTheRun(Purpose purpose, Stand stand, Severity severity) {
        assertThat(judge(purpose, false, 1, account(stand, UNKNOWN_LOGIN))).containsExactly(severity);
    }

    @Test
    void aRepairMendsAnAccountThatTakesAnOlderVersionAndNoOtherRunDoes() {
        assertThat(judge(Purpose.REPAIR, false, 1, account(Stand.NEITHER, KNOWN_LOGIN)))
                .containsExactly(Severity.NOTES);
        assertThat(judge(Purpose.ROTATE, false, 1, account(Stand.NEITHER, KNOWN_LOGIN)))
                .containsExactly(Severity.BLOCKS);
    }

    @Test
    void onlyAForcedSetUpOverwritesWhatNobodyKnows() {
        assertThat(judge(Purpose.SETUP, true, 0, account(Stand.NEITHER, UNKNOWN_LOGIN)))
                .containsExactly(Severity.WARNS);
        assertThat(judge(Purpose.SETUP, true, 0, copy(Stand.NEITHER, UNKNOWN_COPY)))
                .containsExactly(Severity.WARNS);
        assertThat(judge(Purpose.ROTATE, true, 1, account(Stand.NEITHER, UNKNOWN_LOGIN)))
                .containsExactly(Severity.BLOCKS);
        assertThat(judge(Purpose.SETUP, false, 1, copy(Stand.NEITHER, UNKNOWN_COPY)))
                .containsExactly(Severity.BLOCKS);
    }

    @Test
    void aRepairMendsACopyOnlyIfItKnowsWhichValueIsRight() {
        assertThat(judge(Purpose.REPAIR, false, 1, copy(Stand.NEITHER, KNOWN_COPY)))
                .containsExactly(Severity.NOTES);
        assertThat(judge(Purpose.REPAIR, false, 1, copy(Stand.NEITHER, UNKNOWN_COPY)))
                .containsExactly(Severity.BLOCKS);

        Found proven = new Found(
                List.of(looked.account("app_pw", Stand.BOTH, "")),
                List.of(looked.copy(0, "app_pw", Stand.NEITHER, UNKNOWN_COPY)));
        assertThat(judge(Purpose.REPAIR, false, 1, proven)).containsExactly(Severity.NOTES);
    }

    @Test
    void aDerivedCopyIsDerivedAnew() {
        Found url = new Found(List.of(), List.of(looked.copy(1, "URL", Stand.NEITHER, UNKNOWN_COPY)));

        assertThat(judge(Purpose.REPAIR, false, 1, url)).containsExactly(Severity.NOTES);
        assertThat(judge(Purpose.IMPORT, false, 0, url)).containsExactly(Severity.WARNS);
        assertThat(judge(Purpose.ROTATE, false, 1, url)).containsExactly(Severity.BLOCKS);
    }

    @Test
    void aMissingCopyIsWrittenByARotationAndSaidBefore() {
        assertThat(judge(Purpose.ROTATE, false, 1, copy(Stand.ABSENT, ""))).containsExactly(Severity.WARNS);
        assertThat(judge(Purpose.SETUP, false, 0, copy(Stand.ABSENT, ""))).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = Stand.class,
            names = {"OLD", "NEW", "BOTH", "UNSEEN"})
    void whatIsKnownIsNoRemark(Stand stand) {
        assertThat(judge(Purpose.ROTATE, false, 1, looked.of(stand, stand))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "BOTH, BOTH, false",
        "NEITHER, BOTH, true",
        "BOTH, NEITHER, true",
        "BOTH, ABSENT, true",
        "UNREACHABLE, BOTH, false",
        "UNSEEN, BOTH, false"
    })
    void aRepairTouchesOnlyWhatIsNotAsTheStoreSays(Stand account, Stand copy, boolean needed) {
        assertThat(judgement(Purpose.REPAIR, false, 1)
                        .needsMending(manifest.secrets().get("app_pw"), looked.of(account, copy)))
                .isEqualTo(needed);
        assertThat(judgement(Purpose.REPAIR, false, 1)
                        .needsMending(manifest.secrets().get("cache_pw"), looked.of(account, copy)))
                .isFalse();
    }

    private List<Severity> judge(Purpose purpose, boolean force, int from, Found found) {
        return judgement(purpose, force, from).remarks(found).stream()
                .map(Remark::severity)
                .toList();
    }

    private Judgement judgement(Purpose purpose, boolean force, int from) {
        Request request = new Request("test", purpose, List.of(), true, force, "", "ann", "");
        List<Wanted> wanted = manifest.secrets().values().stream()
                .map(secret -> new Wanted(secret, from, from + 1, Origin.GENERATED, ""))
                .toList();
        return new Judgement(request, wanted);
    }

    private Found account(Stand stand, String detail) {
        return new Found(List.of(looked.account("app_pw", stand, detail)), List.of());
    }

    private Found copy(Stand stand, String detail) {
        return new Found(List.of(), List.of(looked.copy(0, "app_pw", stand, detail)));
    }
}
