package dev.keyturn.steps.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.steps.backup.BackupFile;
import dev.keyturn.steps.look.Found;
import dev.keyturn.steps.look.Known;
import dev.keyturn.steps.look.Stand;
import dev.keyturn.steps.manifest.Manifest;
import dev.keyturn.steps.manifest.Manifests;
import dev.keyturn.steps.plan.Wanted;
import dev.keyturn.steps.store.Stores;
import dev.keyturn.steps.store.Version;
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
    private static final Known IN_STORE = new Known.InStore(2, Version.Status.PREVIOUS);
    private static final Known IN_BACKUP =
            new Known.InBackup(new BackupFile("keyturn-test-20260301T020000Z-1.tar.gpg", Stores.NOW, 1, 1));

    private final Manifest manifest = Manifests.ofEachKind();
    private final Looked looked = new Looked(manifest);

    @ParameterizedTest
    @EnumSource(Purpose.class)
    void aServerThatTakesAnythingIsRefusedWhateverTheRunIsFor(Purpose purpose) {
        assertThat(judge(purpose, true, 1, account(Stand.OPEN, Known.NOTHING))).containsExactly(Severity.BLOCKS);
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
        assertThat(judge(purpose, false, 1, account(stand, Known.NOTHING))).containsExactly(severity);
    }

    @ParameterizedTest
    @EnumSource(Purpose.class)
    void anAccountThatCouldNotBeLookedAtIsNotSaidToRefuseAPassword(Purpose purpose) {
        assertThat(new Judgement(Request.of("test", purpose, ""), List.of())
                        .remarks(account(Stand.UNASKED, Known.NOTHING)))
                .singleElement()
                .satisfies(remark -> {
                    assertThat(remark.severity()).isEqualTo(Severity.BLOCKS);
                    assertThat(remark.found()).startsWith("could not be looked at");
                    assertThat(remark.next()).doesNotContain("--force");
                });
    }

    @Test
    void aCopyBesideTheRunsOwnBlocksItUnlessTheStoreKnowsItsValue() {
        Judgement judgement = new Judgement(Request.of("test", Purpose.ROTATE, ""), List.of());

        assertThat(judgement.besides(copy(Stand.NEITHER, Known.NOTHING).copies()))
                .extracting(Remark::severity)
                .containsExactly(Severity.BLOCKS);
        assertThat(judgement.besides(copy(Stand.NEITHER, IN_STORE).copies())).isEmpty();
        assertThat(judgement.besides(copy(Stand.OLD, Known.NOTHING).copies())).isEmpty();
    }

    @Test
    void aRepairMendsAnAccountThatTakesAnOlderVersionAndNoOtherRunDoes() {
        assertThat(judge(Purpose.REPAIR, false, 1, account(Stand.NEITHER, IN_STORE)))
                .containsExactly(Severity.NOTES);
        assertThat(judge(Purpose.ROTATE, false, 1, account(Stand.NEITHER, IN_STORE)))
                .containsExactly(Severity.BLOCKS);
    }

    @Test
    void onlyAForcedSetUpOverwritesWhatNobodyKnows() {
        assertThat(judge(Purpose.SETUP, true, 0, account(Stand.NEITHER, Known.NOTHING)))
                .containsExactly(Severity.WARNS);
        assertThat(judge(Purpose.SETUP, true, 0, copy(Stand.NEITHER, Known.NOTHING)))
                .containsExactly(Severity.WARNS);
        assertThat(judge(Purpose.ROTATE, true, 1, account(Stand.NEITHER, Known.NOTHING)))
                .containsExactly(Severity.BLOCKS);
        assertThat(judge(Purpose.SETUP, false, 1, copy(Stand.NEITHER, Known.NOTHING)))
                .containsExactly(Severity.BLOCKS);
    }

    @Test
    void aRepairMendsACopyOnlyIfItKnowsWhichValueIsRight() {
        assertThat(judge(Purpose.REPAIR, false, 1, copy(Stand.NEITHER, IN_STORE)))
                .containsExactly(Severity.NOTES);
        assertThat(judge(Purpose.REPAIR, false, 1, copy(Stand.NEITHER, Known.NOTHING)))
                .containsExactly(Severity.BLOCKS);

        Found proven = new Found(
                List.of(looked.account("app_pw", Stand.BOTH, Known.NOTHING)),
                List.of(looked.copy(0, "app_pw", Stand.NEITHER, Known.NOTHING)));
        assertThat(judge(Purpose.REPAIR, false, 1, proven)).containsExactly(Severity.NOTES);
    }

    @Test
    void anAccountThatAcceptsAnotherVersionTooIsNarrowedByARepair() {
        Found both = account(Stand.BOTH, IN_STORE);

        assertThat(judge(Purpose.ROTATE, false, 1, both)).containsExactly(Severity.BLOCKS);
        assertThat(judge(Purpose.REPAIR, false, 1, both)).containsExactly(Severity.NOTES);
        assertThat(judgement(Purpose.REPAIR, false, 1)
                        .needsMending(manifest.secrets().get("app_pw"), both))
                .isTrue();
    }

    @Test
    void whatOnlyABackupKnowsIsNamedAndNotMended() {
        for (Purpose purpose : List.of(Purpose.REPAIR, Purpose.ROTATE)) {
            Found account = account(Stand.NEITHER, IN_BACKUP);
            assertThat(judge(purpose, false, 1, account)).containsExactly(Severity.BLOCKS);
            assertThat(judgement(purpose, false, 1).remarks(account))
                    .singleElement()
                    .satisfies(remark -> {
                        assertThat(remark.found()).contains("keyturn-test-20260301T020000Z-1.tar.gpg");
                        assertThat(remark.next()).contains("set the current one at the server");
                    });
            assertThat(judge(purpose, false, 1, copy(Stand.NEITHER, IN_BACKUP))).containsExactly(Severity.BLOCKS);
        }
    }

    @Test
    void anImportSaysWhichCopiesDifferFromWhatItTakesOverAndASetUpIsRefused() {
        Found other = copy(Stand.NEITHER, new Known.InStore(2, Version.Status.ABANDONED));

        assertThat(judge(Purpose.IMPORT, false, 0, other)).containsExactly(Severity.WARNS);
        assertThat(judge(Purpose.IMPORT, false, 0, copy(Stand.NEITHER, Known.NOTHING)))
                .containsExactly(Severity.BLOCKS);
        assertThat(judge(Purpose.SETUP, false, 0, other)).containsExactly(Severity.BLOCKS);
        assertThat(judge(Purpose.SETUP, true, 0, other)).containsExactly(Severity.WARNS);
    }

    @Test
    void aDerivedCopyIsDerivedAnew() {
        Found url = new Found(List.of(), List.of(looked.copy(1, "URL", Stand.NEITHER, Known.NOTHING)));

        assertThat(judge(Purpose.REPAIR, false, 1, url)).containsExactly(Severity.NOTES);
        assertThat(judge(Purpose.IMPORT, false, 0, url)).containsExactly(Severity.WARNS);
        assertThat(judge(Purpose.ROTATE, false, 1, url)).containsExactly(Severity.BLOCKS);
        assertThat(judge(Purpose.SETUP, false, 0, url)).containsExactly(Severity.BLOCKS);
    }

    @Test
    void aMissingCopyIsWrittenByARotationAndSaidBefore() {
        assertThat(judge(Purpose.ROTATE, false, 1, copy(Stand.ABSENT, Known.NOTHING)))
                .containsExactly(Severity.WARNS);
        assertThat(judge(Purpose.SETUP, false, 0, copy(Stand.ABSENT, Known.NOTHING)))
                .isEmpty();
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

    private Found account(Stand stand, Known known) {
        return new Found(List.of(looked.account("app_pw", stand, known)), List.of());
    }

    private Found copy(Stand stand, Known known) {
        return new Found(List.of(), List.of(looked.copy(0, "app_pw", stand, known)));
    }
}
