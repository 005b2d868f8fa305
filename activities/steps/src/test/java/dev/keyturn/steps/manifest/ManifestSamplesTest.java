package dev.keyturn.steps.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.spi.Field;
import dev.keyturn.spi.Principal;
import dev.keyturn.steps.manifest.Reference.Part;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** All five source systems can be said. */
class ManifestSamplesTest {
    @Test
    void theElevenSecretsOfOneCommandAreSayable() {
        Manifest manifest = read("s2-eleven-secrets.yml");
        Path folder = manifest.file().getParent();

        assertThat(manifest.environment()).isEqualTo("prod");
        assertThat(manifest.production()).isTrue();
        assertThat(manifest.patience()).isEqualTo(Duration.ofMinutes(5));
        assertThat(manifest.secrets().keySet())
                .containsExactly(
                        "postgres_password",
                        "postgres_app_user_pw",
                        "postgres_app_ro_pw",
                        "postgres_app_owner_pw",
                        "postgres_temporal_pw",
                        "redis_password",
                        "session_signing_secret",
                        "csrf_signing_secret",
                        "oidc_google_client_secret",
                        "oidc_microsoft_client_secret",
                        "oidc_keycloak_client_secret",
                        "database_url",
                        "redis_url");
        Server main = manifest.servers().get("main");
        assertThat(main.settings().text("host")).isEqualTo("127.0.0.1");
        assertThat(main.settings().integer("port")).isEqualTo(5432);
        assertThat(main.settings().text("tls")).isEqualTo("require");
        assertThat(main.settings().has("admin")).isFalse();
        assertThat(manifest.administratorOf(main).name()).isEqualTo("postgres_password");
        assertThat(manifest.servers().get("cache").settings().list("endpoints")).containsExactly("127.0.0.1:6380");

        Secret owner = manifest.secrets().get("postgres_app_owner_pw");
        assertThat(owner.account()).contains(new Account("main", new Principal("app_owner"), false));
        assertThat(owner.policy()).isEqualTo(new Policy(24, 4096, Optional.empty()));
        assertThat(((Kind.Generated)
                                manifest.secrets().get("session_signing_secret").kind())
                        .overlap())
                .contains(Duration.ofHours(24));
        assertThat(manifest.secrets().get("oidc_google_client_secret").kind())
                .isEqualTo(new Kind.Provided(
                        folder.resolve("infra/secrets/user-provided.env"), "OIDC_GOOGLE_CLIENT_SECRET"));

        Publication keys = manifest.publications().get(0);
        assertThat(keys.name()).isEqualTo("key-directory infra/secrets/keys");
        assertThat(keys.settings().path("path")).isEqualTo(folder.resolve("infra/secrets/keys"));
        assertThat(keys.fields()).hasSize(11).doesNotContainKey(new Field("database_url"));
        Publication env = manifest.publications().get(1);
        assertThat(env.fields())
                .containsEntry(new Field("SESSION_KEY_OLD"), new Reference("session_signing_secret", Part.PREVIOUS))
                .hasSize(4);

        Service app = manifest.services().get("app");
        assertThat(app.settings().list("run")).startsWith("docker", "compose", "up");
        assertThat(app.startTime()).isEqualTo(Duration.ofSeconds(5));
        assertThat(app.checks()).hasSize(1);
        assertThat(app.checks().get(0).settings().text("url")).isEqualTo("http://127.0.0.1:8000/health");
        assertThat(app.checks().get(0).settings().integer("status")).isEqualTo(200);
        assertThat(manifest.services().get("db").uses()).containsExactly("postgres_password");
        assertThat(manifest.store())
                .isEqualTo(new StorePlace(Path.of("/var/lib/keyturn/prod"), Path.of("/etc/keyturn/prod.key")));
        assertThat(manifest.backup())
                .contains(new BackupPlace(folder.resolve("backups"), 8, Path.of("/etc/keyturn/backup.pass")));
    }

    @Test
    void thePreservedStackIsSayable() {
        Manifest manifest = read("s0-llm-stack.yml");
        Path folder = manifest.file().getParent();

        assertThat(manifest.secrets().get("POSTGRES_PASSWORD").policy())
                .isEqualTo(new Policy(16, 128, Optional.of(Duration.ofDays(90))));
        assertThat(manifest.publications())
                .extracting(Publication::name)
                .containsExactly("env-file .env", "env-file .env.staging");
        assertThat(manifest.publications().get(0).fields()).hasSize(10);
        assertThat(manifest.store())
                .isEqualTo(new StorePlace(folder.resolve(".keyturn/staging"), folder.resolve(".keyturn/staging.key")));
        assertThat(manifest.backup()).isEmpty();
        assertThat(manifest.patience()).isEqualTo(Duration.ofMinutes(2));
        assertThat(manifest.services().get("litellm").startTime()).isEqualTo(Duration.ofSeconds(20));
    }

    @Test
    void mongoRedisAndJwtAreSayable() {
        Manifest manifest = read("s1-mongo-redis.yml");

        assertThat(manifest.secrets().get("jwt_secret").policy().minimum()).isEqualTo(88);
        assertThat(manifest.servers().get("documents").settings().duration("connect-timeout"))
                .isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void theReconciliationSecretsAreSayable() {
        Manifest manifest = read("s3-reconciliation.yml");

        assertThat(manifest.publications().get(0).name()).isEqualTo("kubernetes-secret reconciliation-secrets");
        assertThat(manifest.publications().get(0).fields())
                .containsEntry(new Field("POSTGRES_USER"), new Reference("postgres_password", Part.USER))
                .containsEntry(new Field("POSTGRES_DB"), new Reference("postgres_db", Part.VALUE));
        assertThat(manifest.secrets().get("postgres_db").policy().minimum()).isEqualTo(1);
    }

    @Test
    void theSigningKeyBesideAnEncryptionKeyIsSayable() {
        Manifest manifest = read("s4-signing-and-encryption.yml");

        assertThat(manifest.secrets().get("pseudonymization_salt").kind())
                .isEqualTo(new Kind.Immutable("changing it unlinks every pseudonym"));
        assertThat(manifest.services().keySet()).isEqualTo(Set.of("app", "worker"));
    }

    private static Manifest read(String name) {
        return ManifestReader.read(Samples.path(name), FakeTechnologies.ALL);
    }
}
