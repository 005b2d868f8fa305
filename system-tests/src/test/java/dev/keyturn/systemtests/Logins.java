package dev.keyturn.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.sandbox.ElevenSecrets;
import dev.keyturn.sandbox.LoginFailed;
import dev.keyturn.sandbox.LoginTarget;
import java.util.Map;

/** Logins of a test's own over TCP, without an adapter. */
record Logins(int postgresPort, int redisPort) {
    private static final String ACCEPTED = "accepted";

    /** {@code accepted}, or how the server refused; empty for a secret that opens nothing. */
    String tried(String secret, String value) {
        LoginTarget postgres = new LoginTarget.Postgres("127.0.0.1", postgresPort, "postgres");
        return switch (secret) {
            case "postgres_password" -> login(postgres, "postgres", value);
            case "redis_password" -> login(new LoginTarget.Redis("127.0.0.1", redisPort), "default", value);
            default -> {
                String role = ElevenSecrets.ROLES.get(secret);
                yield role == null ? "" : login(postgres, role, value);
            }
        };
    }

    void assertAccepted(Map<String, String> values) {
        values.forEach((secret, value) -> {
            boolean mustNotLogIn = secret.equals("postgres_app_owner_pw");
            assertThat(tried(secret, value))
                    .as("login with " + secret)
                    .isIn(mustNotLogIn ? "SQLSTATE 28000" : ACCEPTED, "");
        });
    }

    void assertRefused(String secret, String value) {
        assertThat(tried(secret, value))
                .as("login with a dead value of " + secret)
                .isIn("", "SQLSTATE 28P01", "SQLSTATE 28000", "WRONGPASS");
    }

    private static String login(LoginTarget target, String user, String password) {
        try {
            target.login(user, password);
            return ACCEPTED;
        } catch (LoginFailed e) {
            return e.getMessage();
        }
    }
}
