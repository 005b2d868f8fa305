package dev.keyturn.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
class DemoTest {
    private static final int ACCOUNTS = 6;

    @TempDir
    static Path temporary;

    @AfterAll
    static void whatATestLeftIsRemoved() throws Exception {
        if (!DemoProcess.leftIn(temporary).isEmpty()) {
            DemoProcess.start(temporary, "--clean").await();
        }
    }

    @Test
    void aRotationIsShownWithItsProofsAndNothingIsLeft() throws Exception {
        DemoProcess demo = DemoProcess.start(temporary);

        assertThat(demo.await()).describedAs(demo.output()).isZero();
        assertThat(lines(demo, "shown .* new accepted.*, old refused")).hasSize(ACCOUNTS);
        assertThat(lines(demo, "shown .* redis .* 0 failed.*")).hasSize(1);
        assertThat(lines(demo, "shown .*predicted: a gap of at most .*")).hasSize(2);
        assertThat(lines(demo, "shown .*gpg opens it: 11 of 11 .*|.*gpg is not installed.*"))
                .hasSize(1);
        assertThat(demo.output()).contains("Steps, ", "Everything was shown").doesNotContain("NOT SHOWN");
        assertThat(demo.left()).isEmpty();
    }

    @Test
    void whatTheMachineLacksIsNamed() throws Exception {
        DemoProcess demo = DemoProcess.startWithoutPostgres(temporary);

        assertThat(demo.await()).describedAs(demo.output()).isEqualTo(3);
        assertThat(demo.output())
                .startsWith("The demo cannot be shown here. No PostgreSQL for Linux ")
                .endsWith("Nothing of yours was touched.\n");
        assertThat(demo.left()).isEmpty();
    }

    @Test
    void aConsumerThatCannotStartIsRolledBack() throws Exception {
        DemoProcess demo = DemoProcess.start(temporary, "--fail", "redeploy");

        assertThat(demo.await()).describedAs(demo.output()).isZero();
        assertEverythingIsAsBefore(demo);
        assertThat(demo.output()).contains("Service app did not come up");
        assertThat(demo.left()).isEmpty();
    }

    @Test
    void aDatabaseThatDiesInTheSwitchIsRolledBack() throws Exception {
        DemoProcess demo = DemoProcess.start(temporary, "--fail", "database");

        assertThat(demo.await()).describedAs(demo.output()).isZero();
        assertEverythingIsAsBefore(demo);
        assertThat(lines(demo, "shown .*killed within the switch and came back.*"))
                .hasSize(1);
        assertThat(demo.left()).isEmpty();
    }

    @Test
    void aCrashIsRepairedByAnotherProcessAndNoValueIsPrinted() throws Exception {
        DemoProcess crashed = DemoProcess.start(temporary, "--crash");
        assertThat(crashed.await()).describedAs(crashed.output()).isEqualTo(128 + 9);
        assertThat(crashed.output()).contains("keyturn demo --resume").contains("switch the administrator");
        List<String> values = values();

        DemoProcess another = DemoProcess.start(temporary, "--crash");
        assertThat(another.await()).isEqualTo(3);
        assertThat(another.output()).contains("keyturn demo --resume", "Nothing was started");

        DemoProcess resumed = DemoProcess.start(temporary, "--resume");
        assertThat(resumed.await()).describedAs(resumed.output()).isZero();
        assertThat(lines(resumed, "shown .* new accepted.*, old refused")).hasSize(ACCOUNTS);
        assertThat(resumed.output()).contains("is not finished; next: keyturn repair", "Done (run ");
        assertThat(values).isNotEmpty().noneMatch((crashed.output() + resumed.output())::contains);
        assertThat(crashed.left()).isEmpty();

        DemoProcess again = DemoProcess.start(temporary, "--resume");
        assertThat(again.await()).isEqualTo(3);
        assertThat(again.output()).contains("No demo that crashed");
    }

    @Test
    void aCtrlCInTheRotationTurnsRoundAndLeavesNothing() throws Exception {
        DemoProcess demo = DemoProcess.start(temporary);
        demo.awaitOutput("make the new versions durable –");
        demo.signal("INT");

        assertThat(demo.await()).describedAs(demo.output()).isEqualTo(1);
        assertThat(demo.output()).contains("Rolled back");
        assertThat(demo.left()).isEmpty();
    }

    @Test
    void aDemoThatIsKilledLeavesNothing() throws Exception {
        DemoProcess demo = DemoProcess.start(temporary);
        demo.awaitOutput("2. Keyturn takes over");
        assertThat(demo.leftNow()).isNotEmpty();
        demo.signal("KILL");

        demo.await();
        assertThat(demo.left()).isEmpty();
    }

    private static void assertEverythingIsAsBefore(DemoProcess demo) {
        assertThat(lines(demo, "shown .* old accepted.*, and its key file holds it"))
                .hasSize(ACCOUNTS);
        assertThat(lines(demo, "shown .*byte for byte, with the same modes and owners"))
                .hasSize(1);
        assertThat(lines(demo, "shown +outcome +rolled back")).hasSize(1);
        assertThat(lines(demo, "shown +consumer +logs in .*")).hasSize(2);
        assertThat(demo.output()).contains("Everything was shown").doesNotContain("NOT SHOWN");
    }

    private static List<String> lines(DemoProcess demo, String pattern) {
        return demo.output()
                .lines()
                .map(String::strip)
                .filter(line -> line.matches(pattern))
                .toList();
    }

    /** Every value, old and new, of the demo that has crashed. */
    private static List<String> values() throws IOException {
        List<String> values = new ArrayList<>();
        try (Stream<Path> files = Files.walk(temporary)) {
            for (Path file : files.filter(f -> f.toString().matches(".*/keys/.*\\.txt|.*/backup\\.pass"))
                    .toList()) {
                values.add(Files.readString(file).strip());
            }
        }
        return values;
    }
}
