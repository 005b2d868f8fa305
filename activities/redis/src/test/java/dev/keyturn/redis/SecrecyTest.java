package dev.keyturn.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.keyturn.sandbox.PrivateRedis.Persistence;
import dev.keyturn.spi.AccountServer;
import dev.keyturn.spi.AdapterException;
import dev.keyturn.spi.AdapterException.Reason;
import dev.keyturn.spi.Credential;
import dev.keyturn.spi.SecretValue;
import dev.keyturn.testkit.CanaryScan;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Where the server lets its operators look, no value and no hash is to be seen. */
class SecrecyTest {
    @ParameterizedTest
    @EnumSource(names = {"REQUIREPASS", "ACL_FILE"})
    void neitherMonitorNorSlowlogNorAclLogNorTheServersLogShowsAValueOrAHash(Persistence persistence)
            throws IOException {
        try (Setup setup = new Setup(persistence, List.of("loglevel debug", "slowlog-log-slower-than 0"));
                Socket monitor = new Socket(setup.redis.host(), setup.redis.port())) {
            monitor.setSoTimeout(10_000);
            BufferedReader seen =
                    new BufferedReader(new InputStreamReader(monitor.getInputStream(), StandardCharsets.UTF_8));
            say(monitor, "AUTH " + setup.administrator.password().reveal());
            assertThat(seen.readLine()).isEqualTo("+OK");
            say(monitor, "MONITOR");
            assertThat(seen.readLine()).isEqualTo("+OK");

            setup.ensure(setup.widened());
            setup.server.login(setup.endpoint(), Credential.of(setup.old.user().name(), "a-wrong-password"));
            setup.ensure(setup.narrowed());
            setup.send("ECHO", "the end of it");

            CanaryScan scan = CanaryScan.of(List.of(
                    setup.old.password(),
                    setup.next.password(),
                    SecretValue.of("a-wrong-password"),
                    SecretValue.of(AclUser.hash(setup.old.password())),
                    SecretValue.of(AclUser.hash(setup.next.password()))));
            StringBuilder lines = new StringBuilder();
            for (String line = seen.readLine(); !line.contains("the end of it"); line = seen.readLine()) {
                lines.append(line).append('\n');
            }
            assertThat(lines).contains("\"AUTH\" \"(redacted)\"", "\"EXEC\"");
            scan.text("monitor", lines.toString());
            String slow = String.valueOf(setup.send("SLOWLOG", "GET", "128"));
            assertThat(slow).contains("SETUSER", "(redacted)");
            scan.text("slowlog", slow);
            String denied = String.valueOf(setup.send("ACL", "LOG"));
            assertThat(denied).contains("auth");
            scan.text("acl log", denied);
            scan.text("log", setup.redis.logText());
            assertThat(scan.hits()).isEmpty();
        }
    }

    @Test
    void aRefusedAdministratorIsDeniedWithoutItsValues() {
        try (Setup setup = new Setup(Persistence.ACL_FILE);
                AccountServer server = RedisBench.open(
                        RedisBench.settings(List.of(setup.endpoint())),
                        List.of(
                                Credential.of("default", "first-wrong-value"),
                                Credential.of("default", "second-wrong-value")),
                        "keyturn")) {
            assertThatExceptionOfType(AdapterException.class)
                    .isThrownBy(() -> server.ensure(setup.fence, List.of(setup.narrowed())))
                    .withMessageContaining("none of the 2 credentials")
                    .withMessageNotContaining("wrong-value")
                    .withNoCause()
                    .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.DENIED));
            assertThat(setup.accepts(setup.old)).isTrue();
        }
    }

    /** A server without AUTH quotes what it was sent: "unknown command 'AUTH', with args beginning with …". */
    @Test
    void aServerThatQuotesTheCommandIsNotRepeated() {
        try (Setup setup = new Setup(Persistence.REQUIREPASS);
                AccountServer server = setup.open(Map.of())) {
            try (Raw root = setup.root()) {
                root.send("CONFIG", "SET", "requirepass", "");
            }
            setup.redis.stop();
            appendTo(setup, "rename-command AUTH \"\"\n");
            setup.redis.restart();
            assertThatExceptionOfType(AdapterException.class)
                    .isThrownBy(server::identity)
                    .satisfies(e -> assertThat(CanaryScan.of(List.of(setup.old.password(), setup.next.password()))
                                    .thrown("exception", e)
                                    .hits())
                            .isEmpty());
            assertThat(server.login(setup.endpoint(), setup.old).detail())
                    .doesNotContain(setup.old.password().reveal());
        }
    }

    private static void appendTo(Setup setup, String line) {
        try {
            Files.writeString(setup.redis.configFile(), line, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void say(Socket socket, String line) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write((line + "\r\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
    }
}
