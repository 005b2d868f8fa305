package dev.keyturn.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.keyturn.sandbox.PrivatePostgres;
import dev.keyturn.spi.AdapterException;
import dev.keyturn.spi.AdapterException.Reason;
import dev.keyturn.spi.Credential;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScramTest {
    /** The server itself is the judge of how a password is prepared. */
    @Test
    void aVerifierIsWhatTheServerWouldHaveComputed() throws Exception {
        try (PrivatePostgres postgres = PrivatePostgres.start();
                Connection connection = postgres.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE ROLE judged");
            for (String password : List.of(
                    "plain",
                    "with 'quotes' and \"more\"",
                    "back\\slash",
                    "Zürich-東京-key",
                    "no\u00a0break",
                    "decomposed-e\u0301",
                    "ligature-\ufb01",
                    "soft\u00adhyphen",
                    "line\nbreak-and-bell\u0007",
                    "private\ue000use",
                    "right-to-left-\u05d0-and-left",
                    "x".repeat(500))) {
                Credential credential = Credential.of("judged", password);
                statement.execute("ALTER ROLE judged PASSWORD '" + password.replace("'", "''") + "'");
                try (ResultSet stored =
                        statement.executeQuery("SELECT rolpassword FROM pg_authid WHERE rolname = 'judged'")) {
                    stored.next();
                    assertThat(Scram.matches(stored.getString(1), credential))
                            .as(password)
                            .isTrue();
                    assertThat(Scram.matches(stored.getString(1), Credential.of("judged", password + "x")))
                            .as(password)
                            .isFalse();
                }
            }
        }
    }

    @Test
    void aPasswordThatNoServerTakesIsRejectedUnquoted() {
        for (String password : List.of("", "nul\0inside")) {
            assertThatExceptionOfType(AdapterException.class)
                    .as(password)
                    .isThrownBy(() -> Scram.verifier(Credential.of("role", password), "1", 4096))
                    .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.VALUE_REJECTED))
                    .satisfies(e -> assertThat(e).hasNoCause())
                    .satisfies(e -> assertThat(
                                    password.length() > 2 && e.getMessage().contains(password))
                            .isFalse());
        }
    }

    @Test
    void userServerAndPasswordEachChangeTheSalt() {
        List<String> verifiers = List.of(
                Scram.verifier(Credential.of("a", "p"), "1", 4096),
                Scram.verifier(Credential.of("b", "p"), "1", 4096),
                Scram.verifier(Credential.of("a", "q"), "1", 4096),
                Scram.verifier(Credential.of("a", "p"), "2", 4096));
        assertThat(verifiers.stream().map(v -> v.split("[:$]", -1)[2])).doesNotHaveDuplicates();
        assertThat(Scram.verifier(Credential.of("a", "p"), "1", 4096)).isEqualTo(verifiers.get(0));
    }

    @Test
    void anotherFormOfPasswordNeverMatches() {
        assertThat(Scram.matches("", Credential.of("a", "p"))).isFalse();
        assertThat(Scram.matches("md5" + "0".repeat(32), Credential.of("a", "p")))
                .isFalse();
        assertThat(Scram.matches("SCRAM-SHA-256$4096:c2FsdA==$short", Credential.of("a", "p")))
                .isFalse();
    }
}
