package dev.keyturn.steps.look;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.spi.SecretValue;
import dev.keyturn.steps.backup.BackedUpValue;
import dev.keyturn.steps.backup.BackupFile;
import dev.keyturn.steps.look.Candidate.Given;
import dev.keyturn.steps.look.Candidate.Published;
import dev.keyturn.steps.store.Stores;
import dev.keyturn.steps.store.Version;
import dev.keyturn.steps.store.Version.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ChoiceTest {
    private static final BackupFile NEWER = backup(2);
    private static final BackupFile OLDER = backup(1);

    private final List<BackedUpValue> backups = new ArrayList<>();
    private final List<String> asked = new ArrayList<>();

    @Test
    void theServerDecidesAmongCopiesThatDiffer() {
        assertTaken(choose(account("b"), published("a"), published("b")), "b", "where it is published", true);
    }

    @Test
    void whatIsPublishedAndAcceptedIsTakenWithoutOpeningABackup() {
        backups.add(value(NEWER, Status.CURRENT, "b"));

        assertTaken(choose(account("a", "b"), published("a")), "a", "where it is published", true);
        assertThat(asked).isEmpty();
    }

    @Test
    void whatTheServerAcceptsIsFoundInABackupWhateverItsStatusThere() {
        backups.add(value(NEWER, Status.CURRENT, "b"));
        backups.add(value(NEWER, Status.PENDING, "c"));
        backups.add(value(OLDER, Status.RETIRED, "d"));

        assertTaken(choose(account("c"), published("a")), "c", "backup 2", true);
        assertThat(asked).containsExactly("b", "c");
        assertTaken(choose(account("d")), "d", "backup 1", true);
    }

    @Test
    void aValueThatTheServerRefusesIsNotTakenFromABackupEvenIfNothingElseIsThere() {
        backups.add(value(NEWER, Status.CURRENT, "dead"));

        assertThat(choose(account("living")))
                .isInstanceOfSatisfying(
                        Choice.Refused.class,
                        refused -> assertThat(refused.found()).isEqualTo("refuses every value in the backups"));
    }

    @Test
    void aValueThatTheServerRefusesIsNotTakenFromACopyThatAllOthersAgreeWith() {
        assertThat(choose(account("living"), published("dead", "file a", "file b")))
                .isInstanceOfSatisfying(
                        Choice.Refused.class,
                        refused -> assertThat(refused.found())
                                .isEqualTo("refuses the published password (file a and file b)"));
    }

    @Test
    void aServerThatCannotTellRightFromWrongDecidesNothing() {
        assertTaken(choose(silent(), published("a")), "a", "where it is published", false);
        assertThat(choose(silent(), published("a"), published("b"))).isInstanceOf(Choice.Undecided.class);
    }

    @Test
    void copiesThatAgreeWinOverTheBackupWhereNoServerDecides() {
        backups.add(value(NEWER, Status.CURRENT, "b"));

        assertTaken(choose(Optional.empty(), published("a")), "a", "where it is published", false);
        assertThat(asked).isEmpty();
    }

    @Test
    void whereNothingIsPublishedTheNewestBackupThatKnowsTheCurrentValueHasIt() {
        backups.add(value(NEWER, Status.PREVIOUS, "a"));
        backups.add(value(OLDER, Status.CURRENT, "b"));
        backups.add(value(OLDER, Status.RETIRED, "c"));

        assertTaken(choose(Optional.empty()), "b", "backup 1", false);
    }

    @Test
    void theBackupBreaksATieOnlyIfOneOfTheCopiesEqualsIt() {
        backups.add(value(NEWER, Status.CURRENT, "b"));

        Choice.Taken taken = assertTaken(
                choose(Optional.empty(), published("a"), published("b")), "b", "where it is published", false);
        assertThat(taken.because()).contains("backup 2");
        assertThat(choose(Optional.empty(), published("a", "file a"), published("c", "file c")))
                .isInstanceOfSatisfying(
                        Choice.Undecided.class,
                        undecided -> assertThat(undecided.found()).isEqualTo("copies differ: file a; file c"));
    }

    @Test
    void aTieIsNotBrokenByWhatAnOlderBackupHolds() {
        backups.add(value(NEWER, Status.CURRENT, "c"));
        backups.add(value(OLDER, Status.CURRENT, "a"));

        assertThat(choose(Optional.empty(), published("a"), published("b"))).isInstanceOf(Choice.Undecided.class);
    }

    @Test
    void whatTheOperatorGaveComesBehindCopiesAndBeforeBackups() {
        backups.add(value(NEWER, Status.CURRENT, "c"));

        assertTaken(choose(Optional.empty(), published("a"), given("b")), "a", "where it is published", false);
        assertTaken(choose(Optional.empty(), given("b")), "b", "given", false);
        assertTaken(
                choose(Optional.empty(), published("a"), published("b"), given("b")),
                "b",
                "where it is published",
                false);
        assertThat(asked).isEmpty();
    }

    @Test
    void withoutACandidateThereIsNothing() {
        assertThat(choose(account("a"))).isEqualTo(new Choice.Nothing());
        assertThat(choose(Optional.empty())).isEqualTo(new Choice.Nothing());
    }

    private Choice choose(Optional<Choice.Probe> probe, Candidate... here) {
        asked.clear();
        return Choice.among(
                List.of(here),
                wanted -> backups.stream()
                        .filter(each -> {
                            asked.add(each.value().reveal());
                            return wanted.test(each);
                        })
                        .findFirst(),
                probe);
    }

    private static Choice.Taken assertTaken(Choice choice, String value, String source, boolean proven) {
        assertThat(choice).isInstanceOf(Choice.Taken.class);
        Choice.Taken taken = (Choice.Taken) choice;
        assertThat(taken.candidate().value()).isEqualTo(SecretValue.of(value));
        assertThat(taken.candidate().source().words()).contains(source);
        assertThat(taken.proven()).isEqualTo(proven);
        return taken;
    }

    private static Candidate published(String value, String... places) {
        return new Candidate(
                SecretValue.of(value),
                new Published(
                        places.length == 0
                                ? List.of("place of " + value)
                                : Stream.of(places).toList()));
    }

    private static Candidate given(String value) {
        return new Candidate(SecretValue.of(value), new Given("given"));
    }

    private static BackedUpValue value(BackupFile backup, Version.Status status, String value) {
        return new BackedUpValue(backup, "secret", 1, status, SecretValue.of(value));
    }

    private static BackupFile backup(int number) {
        return new BackupFile(String.valueOf(number), Stores.NOW, number, 1);
    }

    private static Optional<Choice.Probe> account(String... accepted) {
        return Optional.of(probe(true, Set.of(accepted)));
    }

    /** As of a server that is away, or takes anything. */
    private static Optional<Choice.Probe> silent() {
        return Optional.of(probe(false, Set.of()));
    }

    private static Choice.Probe probe(boolean answers, Set<String> accepted) {
        return new Choice.Probe() {
            @Override
            public boolean answers() {
                return answers;
            }

            @Override
            public boolean takes(SecretValue value) {
                return accepted.contains(value.reveal());
            }
        };
    }
}
