package dev.keyturn.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrafficTest {
    private static final Instant START = Instant.ofEpochSecond(1_800_000_000);

    @TempDir
    Path folder;

    @Test
    void theLongestGapIsBetweenTwoSuccessesOfOneTarget() {
        Traffic traffic = new Traffic(List.of(
                at(0, "a", ""),
                at(50, "b", ""),
                at(100, "a", ""),
                at(200, "a", "refused"),
                at(450, "a", ""),
                at(460, "b", "")));
        assertThat(traffic.of("a").longestGap()).isEqualTo(Duration.ofMillis(350));
        assertThat(traffic.of("b").longestGap()).isEqualTo(Duration.ofMillis(410));
        assertThat(traffic.longestGap()).isEqualTo(Duration.ofMillis(410));
        assertThat(traffic.logins()).isEqualTo(5);
        assertThat(traffic.failures()).containsExactly(at(200, "a", "refused"));
        assertThat(traffic.since(START.plusMillis(460)).attempts()).containsExactly(at(460, "b", ""));
    }

    @Test
    void aJournalReadsBackWithoutTheLineThatIsBeingWritten() throws IOException {
        List<Traffic.Attempt> attempts = List.of(at(1, "a", ""), at(2, "b", "SQLSTATE 28P01"), at(3, "a", ""));
        StringBuilder text = new StringBuilder();
        attempts.forEach(a -> text.append(a.line()));
        Path journal = Files.writeString(folder.resolve("journal"), text + "+ 18000");
        assertThat(Traffic.read(journal).attempts()).isEqualTo(attempts);
    }

    @Test
    void aJournalThatNobodyHasWrittenYetIsEmpty() throws IOException {
        Traffic none = Traffic.read(folder.resolve("journal"));
        assertThat(none.attempts()).isEmpty();
        assertThat(none.longestGap()).isZero();
    }

    @Test
    void trafficOfThisProcessTakesTheCredentialOfEachMoment() throws Exception {
        try (PrivateRedis redis =
                PrivateRedis.start(PrivateRedis.Layout.of(PrivateRedis.Persistence.ACL_FILE, "the-password"))) {
            LoginTarget target = new LoginTarget.Redis(redis.host(), redis.port());
            AtomicReference<String> password = new AtomicReference<>("the-password");
            try (LoginTraffic logins = LoginTraffic.every(
                    Duration.ofMillis(5), "cache", () -> new LoginTarget.Access(target, "", password.get()))) {
                logins.awaitAttempts(10);
                assertThat(logins.traffic().failures()).isEmpty();
                password.set("another");
                logins.awaitAttempts(3);
                assertThat(logins.traffic().failures())
                        .extracting(Traffic.Attempt::failure)
                        .containsOnly("WRONGPASS");
                redis.stop();
                logins.awaitAttempts(3);
                assertThat(logins.traffic().failures())
                        .extracting(Traffic.Attempt::failure)
                        .contains("ConnectException");
            }
        }
    }

    @Test
    void anEnvFileIsReadAsComposeReadsIt() throws IOException {
        Path file = Files.writeString(folder.resolve(".env"), """
                # KEY=commented
                PLAIN=a=b#c # comment
                export EXPORTED=x
                SINGLE='a "b" \\n $c # d'
                DOUBLE="a \\"b\\" \\\\ \\$c
                second" # comment
                EMPTY=
                no assignment
                LAST='x=y'""");
        assertThat(EnvFile.read(file))
                .containsEntry("PLAIN", "a=b#c")
                .containsEntry("EXPORTED", "x")
                .containsEntry("SINGLE", "a \"b\" \\n $c # d")
                .containsEntry("DOUBLE", "a \"b\" \\ $c\nsecond")
                .containsEntry("EMPTY", "")
                .containsEntry("LAST", "x=y")
                .hasSize(6);
    }

    @Test
    void aBrokenUrlIsNamedWithoutItsText() {
        assertThatThrownBy(() -> LoginTarget.parse("postgresql://u:top secret@h:1/d"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("secret")
                .hasNoCause();
        assertThat(LoginTarget.parse("redis://:top-secret@h:1")).asString().doesNotContain("secret");
    }

    private static Traffic.Attempt at(long millis, String target, String failure) {
        return new Traffic.Attempt(START.plusMillis(millis), target, failure);
    }
}
