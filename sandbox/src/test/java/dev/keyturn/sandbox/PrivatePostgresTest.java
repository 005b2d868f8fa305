package dev.keyturn.sandbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PrivatePostgresTest {
    @Test
    void everyLoginOverTcpNeedsItsPassword() throws SQLException {
        try (PrivatePostgres postgres = PrivatePostgres.start(Map.of("max_connections", "17"), "known")) {
            assertThat(one(postgres, "SHOW max_connections")).isEqualTo("17");
            assertThat(one(postgres, "SELECT system_user")).isEqualTo("scram-sha-256:postgres");
            assertThatThrownBy(() -> postgres.connect("postgres", "wrong"))
                    .isInstanceOf(SQLException.class)
                    .extracting(e -> ((SQLException) e).getSQLState())
                    .isEqualTo("28P01");
            assertThat(postgres.superuser()).hasToString("postgres");
        }
    }

    @Test
    void itKeepsItsPortAndDataThroughStopKillAndRestart() throws SQLException {
        try (PrivatePostgres postgres = PrivatePostgres.start()) {
            int port = postgres.port();
            postgres.execute("CREATE TABLE kept (id int)", "INSERT INTO kept VALUES (1)");

            postgres.stop();
            assertThat(postgres.isRunning()).isFalse();
            postgres.restart();
            postgres.execute("INSERT INTO kept VALUES (2)");
            postgres.kill();
            assertThat(postgres.isRunning()).isFalse();
            postgres.restart();
            postgres.restart();

            assertThat(postgres.port()).isEqualTo(port);
            assertThat(one(postgres, "SELECT count(*) FROM kept")).isEqualTo("2");
            assertThat(postgres.logText()).contains("database system was not properly shut down");
        }
    }

    @Test
    void aSuspendedServerTakesConnectionsAndAnswersNothingUntilResumed() throws Exception {
        try (PrivatePostgres postgres = PrivatePostgres.start()) {
            try (Connection before = postgres.connect()) {
                postgres.suspend();
                before.setNetworkTimeout(Runnable::run, 300);
                assertThatThrownBy(() -> before.createStatement().execute("SELECT 1"))
                        .isInstanceOf(SQLException.class);
            }
            postgres.resume();
            assertThat(one(postgres, "SELECT 1")).isEqualTo("1");
        }
    }

    @Test
    void otherRulesOfAuthenticationHoldForTheNextConnection() throws SQLException {
        try (PrivatePostgres postgres = PrivatePostgres.start()) {
            postgres.authenticateBy("host all all all trust");
            postgres.connect("postgres", "wrong").close();
            postgres.authenticateBy("host all all all scram-sha-256");
            assertThatThrownBy(() -> postgres.connect("postgres", "wrong")).isInstanceOf(SQLException.class);

            postgres.execute("ALTER ROLE postgres PASSWORD 'another'");
            postgres.authenticateBy("host all all all trust");
            postgres.connect("postgres", "wrong").close();
        }
    }

    @Test
    void twoServersAreTwoByPortAndByIdentifier() throws SQLException {
        try (PrivatePostgres one = PrivatePostgres.start();
                PrivatePostgres two = PrivatePostgres.start()) {
            String identifier = "SELECT system_identifier FROM pg_control_system()";
            assertThat(one.port()).isNotEqualTo(two.port());
            assertThat(one(one, identifier)).isNotEqualTo(one(two, identifier));
        }
    }

    @Test
    void closeLeavesNothingAndMayBeCalledAgain() {
        PrivatePostgres postgres = PrivatePostgres.start();
        long pid = postgres.pid();
        postgres.suspend();
        postgres.close();
        postgres.close();
        assertThat(postgres.folder()).doesNotExist();
        assertThat(ProcessHandle.of(pid)).isEmpty();
        assertThat(answers(postgres.port())).isFalse();
    }

    @Test
    void nothingStaysWhenTheProcessThatStartedItIsKilled() throws Exception {
        Process owner = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Owner.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader out = new BufferedReader(new InputStreamReader(owner.getInputStream(), UTF_8))) {
            List<String> said = List.of(out.readLine().split(" ", 2));
            int port = Integer.parseInt(said.get(0));
            Path folder = Path.of(said.get(1));
            assertThat(answers(port)).isTrue();

            owner.destroyForcibly().waitFor();

            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
            while ((answers(port) || Files.exists(folder)) && System.nanoTime() < deadline) {
                TimeUnit.MILLISECONDS.sleep(20);
            }
            assertThat(answers(port)).isFalse();
            assertThat(folder).doesNotExist();
        } finally {
            owner.destroyForcibly();
        }
    }

    /** A process that starts a server, says where, and waits to be killed. */
    static final class Owner {
        public static void main(String[] arguments) throws InterruptedException {
            PrivatePostgres postgres = PrivatePostgres.start();
            System.out.println(postgres.port() + " " + postgres.folder());
            Thread.sleep(TimeUnit.MINUTES.toMillis(1));
            postgres.close();
        }
    }

    private static String one(PrivatePostgres postgres, String query) throws SQLException {
        try (Connection connection = postgres.connect();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(query)) {
            result.next();
            return result.getString(1);
        }
    }

    private static boolean answers(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress("127.0.0.1", port), 500);
            return true;
        } catch (IOException nobody) {
            return false;
        }
    }
}
