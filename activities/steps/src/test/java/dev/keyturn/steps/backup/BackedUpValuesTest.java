package dev.keyturn.steps.backup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.spi.SecretValue;
import dev.keyturn.steps.manifest.BackupPlace;
import dev.keyturn.steps.store.States;
import dev.keyturn.steps.store.Stores;
import dev.keyturn.steps.store.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two backups are written once: making their keys is meant to be slow. */
class BackedUpValuesTest {
    private static BackupPlace place;
    private static String older;
    private static String newer;

    @BeforeAll
    static void writeTwo(@TempDir Path folder) throws IOException {
        place = new BackupPlace(Files.createDirectory(folder.resolve("backups")), 2, folder.resolve("backup.pass"));
        Files.writeString(place.passphraseFile(), "correct horse\n");
        Files.setPosixFilePermissions(place.passphraseFile(), PosixFilePermissions.fromString("rw-------"));
        older = write(0, Stores.version("pw", 1, Version.Status.CURRENT, "first-ü"));
        newer = write(
                1,
                Stores.version("pw", 1, Version.Status.RETIRED, "first-ü"),
                Stores.version("pw", 2, Version.Status.PREVIOUS, "second"),
                Stores.version("pw", 3, Version.Status.CURRENT, "third"),
                Stores.version("pw", 4, Version.Status.PENDING, "fourth"),
                Stores.version("other", 1, Version.Status.CURRENT, "other"));
    }

    private static String write(int seconds, Version... versions) {
        BackupContents contents = new BackupContents(
                "test", Stores.NOW.plusSeconds(seconds), new byte[0], States.of(versions), new TreeMap<>());
        return new Backups(place, "test").create(contents).file().name();
    }

    private static BackedUpValues values() {
        return new BackedUpValues(Optional.of(new Backups(place, "test")));
    }

    @Test
    void theLikeliestComesFirstAndNoBackupIsOpenedThatIsNotNeeded() {
        BackedUpValues values = values();
        assertThat(values.opened()).isZero();

        Optional<BackedUpValue> first = values.first("pw", each -> true);

        assertThat(first.map(BackedUpValue::value)).hasValue(SecretValue.of("third"));
        assertThat(first.map(each -> each.backup().name())).hasValue(newer);
        assertThat(values.opened()).isEqualTo(1);
        assertThat(values.currentIn(first.get().backup(), "other")).hasValue(SecretValue.of("other"));
    }

    @Test
    void everyValueIsAskedAboutOnceTheNewestBackupFirst() {
        List<String> asked = new ArrayList<>();
        BackedUpValues values = values();

        Optional<BackedUpValue> none = values.first("pw", each -> {
            asked.add(each.number() + " " + each.status() + " " + each.value().reveal());
            return false;
        });

        assertThat(none).isEmpty();
        assertThat(asked)
                .containsExactly("3 CURRENT third", "4 PENDING fourth", "2 PREVIOUS second", "1 RETIRED first-ü");
        assertThat(values.opened()).isEqualTo(2);
    }

    @Test
    void aBackupThatCannotBeOpenedIsPassedOverAndNamed() throws IOException {
        Path file = place.directory().resolve(newer);
        byte[] whole = Files.readAllBytes(file);
        BackedUpValues values = values();
        try {
            Files.write(file, java.util.Arrays.copyOf(whole, whole.length / 2));

            assertThat(values.first("pw", each -> true)
                            .map(each -> each.backup().name()))
                    .hasValue(older);
        } finally {
            Files.write(file, whole);
        }
        assertThat(values.unopened()).singleElement().asString().contains(newer);
    }

    @Test
    void withoutAPlaceOrAFolderForBackupsThereIsNoValueAndNothingToName() {
        BackupPlace missing = new BackupPlace(place.directory().resolve("no"), 2, place.passphraseFile());
        for (Optional<Backups> none : List.of(Optional.<Backups>empty(), Optional.of(new Backups(missing, "test")))) {
            BackedUpValues values = new BackedUpValues(none);
            assertThat(values.first("pw", each -> true)).isEmpty();
            assertThat(values.unopened()).isEmpty();
        }
    }
}
