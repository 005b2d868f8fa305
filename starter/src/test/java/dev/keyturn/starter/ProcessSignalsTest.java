package dev.keyturn.starter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ProcessSignalsTest {
    private Process process;
    private BufferedReader output;

    @AfterEach
    void leaveNothingRunning() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @ParameterizedTest
    @ValueSource(strings = {"INT", "TERM", "HUP"})
    void aSignalTurnsTheRunRoundAndTheExitCodeIsTheRuns(String signal) throws Exception {
        begin("obedient");
        signal(signal);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(ExitCode.FINDINGS.code());
        assertThat(output.lines()).contains("interrupted", "Rolled back (run r-7)");
    }

    @Test
    void aSecondSignalEndsAProcessThatDoesNotTurnRound() throws Exception {
        begin("stubborn");
        signal("INT");
        expect("interrupted");
        signal("INT");
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(ExitCode.UNSETTLED.code());
        assertThat(output.lines()).anyMatch(line -> line.contains("keyturn repair"));
    }

    private void begin(String temper) throws IOException {
        // Whoever started these tests in the background may have had them ignore signals, which is inherited.
        process = new ProcessBuilder(
                        "env",
                        "--default-signal=INT,TERM,HUP",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        InterruptedProcess.class.getName(),
                        temper)
                .redirectErrorStream(true)
                .start();
        output = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
        expect("running");
    }

    private void expect(String line) throws IOException {
        String read;
        do {
            read = output.readLine();
        } while (read != null && !read.equals(line));
        assertThat(read).isEqualTo(line);
    }

    private void signal(String name) throws Exception {
        var kill = new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid())).start();
        assertThat(kill.waitFor()).isZero();
    }
}
