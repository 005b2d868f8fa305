package dev.keyturn.sandbox;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The system of eleven secrets, as its users have it before they meet Keyturn: a private PostgreSQL with four roles, a private
 * Redis, one key file a secret, three secrets given by the operator, an env file with derived URLs, and the manifest that says all this.
 */
public final class ElevenSecrets implements AutoCloseable {
    private static final String LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    /** The account on PostgreSQL that each of its passwords opens. */
    public static final Map<String, String> ROLES = Map.of(
            "postgres_app_user_pw", "app_user",
            "postgres_app_ro_pw", "app_ro",
            "postgres_app_owner_pw", "app_owner",
            "postgres_temporal_pw", "temporal");

    private final Path folder;
    private final PrivatePostgres postgres;
    private final PrivateRedis redis;
    private final Map<String, String> values = new LinkedHashMap<>();

    private ElevenSecrets(Path folder, Map<String, String> postgresSettings) {
        this.folder = folder;
        for (String name : List.of(
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
                "oidc_keycloak_client_secret")) {
            values.put(name, random(name.startsWith("redis") ? 24 : name.startsWith("postgres") ? 32 : 43));
        }
        this.postgres = PrivatePostgres.start(postgresSettings, values.get("postgres_password"));
        this.redis = PrivateRedis.start(
                PrivateRedis.Layout.of(PrivateRedis.Persistence.ACL_FILE, values.get("redis_password")));
    }

    /**
     * Starts the servers and writes the files.
     *
     * @param folder an empty folder, which stays the caller's
     * @param postgresSettings settings of the PostgreSQL server, for example {@code log_statement=all}
     * @param services the manifest's {@code services:} section, indented by two spaces, or empty for none
     */
    public static ElevenSecrets start(Path folder, Map<String, String> postgresSettings, String services) {
        ElevenSecrets system = new ElevenSecrets(folder, postgresSettings);
        try {
            system.createRoles();
            system.writeFiles(services);
            return system;
        } catch (IOException e) {
            system.close();
            throw new UncheckedIOException(e);
        } catch (RuntimeException e) {
            system.close();
            throw e;
        }
    }

    private void createRoles() {
        postgres.execute(
                "CREATE ROLE app_owner NOLOGIN PASSWORD '" + values.get("postgres_app_owner_pw") + "'",
                "CREATE ROLE app_user LOGIN IN ROLE app_owner PASSWORD '" + values.get("postgres_app_user_pw") + "'",
                "CREATE ROLE app_ro LOGIN PASSWORD '" + values.get("postgres_app_ro_pw") + "'",
                "CREATE ROLE temporal LOGIN PASSWORD '" + values.get("postgres_temporal_pw") + "'");
    }

    private void writeFiles(String services) throws IOException {
        Path keys = Files.createDirectories(folder.resolve("infra/secrets/keys"));
        Files.setPosixFilePermissions(keys, PosixFilePermissions.fromString("rwx------"));
        for (Map.Entry<String, String> each : values.entrySet()) {
            write(keys.resolve(each.getKey() + ".txt"), each.getValue());
        }
        write(
                folder.resolve("infra/secrets/user-provided.env"),
                "# given by the providers\n"
                        + List.of("google", "microsoft", "keycloak").stream()
                                .map(who -> "OIDC_" + who.toUpperCase(Locale.ROOT) + "_CLIENT_SECRET="
                                        + values.get("oidc_" + who + "_client_secret") + "\n")
                                .collect(Collectors.joining()));
        write(
                envFile(),
                "# what the application reads at its start\nCOMPOSE_PROJECT_NAME=demo\n"
                        + "DATABASE_URL=" + databaseUrl("app_user", value("postgres_app_user_pw")) + "\n"
                        + "READONLY_URL=" + databaseUrl("app_ro", value("postgres_app_ro_pw")) + "\n"
                        + "REDIS_URL=" + redisUrl(value("redis_password")) + "\n"
                        + "SESSION_KEY=" + value("session_signing_secret") + "\n");
        Files.createDirectories(folder.resolve("backups"));
        Files.setPosixFilePermissions(folder.resolve("backups"), PosixFilePermissions.fromString("rwx------"));
        write(folder.resolve("backup.pass"), random(32) + "\n");
        Files.writeString(manifest(), manifestText(services), UTF_8);
    }

    private String manifestText(String services) {
        return String.format(
                Locale.ROOT,
                """
                environment: prod
                patience: 20s
                servers:
                  main: {postgres: {host: 127.0.0.1, port: %d, admin: postgres_password}}
                  cache: {redis: {host: 127.0.0.1, port: %d, admin: redis_password}}
                secrets:
                  postgres_password: {generate: alphanumeric(32), account: {server: main, user: postgres}, minimum: 24}
                  postgres_app_user_pw: {generate: alphanumeric(32), account: {server: main, user: app_user}, minimum: 24}
                  postgres_app_ro_pw: {generate: alphanumeric(32), account: {server: main, user: app_ro}, minimum: 24}
                  postgres_app_owner_pw: {generate: alphanumeric(32), account: {server: main, user: app_owner, login: false}, minimum: 24}
                  postgres_temporal_pw: {generate: alphanumeric(32), account: {server: main, user: temporal}, minimum: 24}
                  redis_password: {generate: alphanumeric(24), account: {server: cache, user: default}, minimum: 16}
                  session_signing_secret: {generate: base64url(32), minimum: 32}
                  csrf_signing_secret: {generate: base64url(32), minimum: 32}
                  oidc_google_client_secret: {provided: {env-file: infra/secrets/user-provided.env, key: OIDC_GOOGLE_CLIENT_SECRET}, minimum: 32}
                  oidc_microsoft_client_secret: {provided: {env-file: infra/secrets/user-provided.env, key: OIDC_MICROSOFT_CLIENT_SECRET}, minimum: 32}
                  oidc_keycloak_client_secret: {provided: {env-file: infra/secrets/user-provided.env, key: OIDC_KEYCLOAK_CLIENT_SECRET}, minimum: 32}
                  database_url: {derive: "postgresql://{postgres_app_user_pw.user}:{postgres_app_user_pw}@127.0.0.1:%d/postgres"}
                  readonly_url: {derive: "postgresql://{postgres_app_ro_pw.user}:{postgres_app_ro_pw}@127.0.0.1:%d/postgres"}
                  redis_url: {derive: "redis://:{redis_password}@127.0.0.1:%d/0"}
                publish:
                  - key-directory: {path: infra/secrets/keys, suffix: .txt, mode: "0600"}
                  - env-file:
                      path: .env
                      keys:
                        DATABASE_URL: database_url
                        READONLY_URL: readonly_url
                        REDIS_URL: redis_url
                        SESSION_KEY: session_signing_secret
                %sbackup: {directory: backups, keep: 8, passphrase-file: backup.pass}
                """,
                postgres.port(),
                redis.port(),
                postgres.port(),
                postgres.port(),
                redis.port(),
                services.isEmpty() ? "" : "services:\n" + services);
    }

    private String databaseUrl(String user, String password) {
        return "postgresql://" + user + ":" + password + "@127.0.0.1:" + postgres.port() + "/postgres";
    }

    private String redisUrl(String password) {
        return "redis://:" + password + "@127.0.0.1:" + redis.port() + "/0";
    }

    /** The value with which the secret began. */
    public String value(String secret) {
        return values.get(secret);
    }

    /** The names of the eleven. */
    public List<String> names() {
        return List.copyOf(values.keySet());
    }

    public PrivatePostgres postgres() {
        return postgres;
    }

    public PrivateRedis redis() {
        return redis;
    }

    public Path folder() {
        return folder;
    }

    public Path manifest() {
        return folder.resolve("keyturn.yaml");
    }

    public Path keyFile(String secret) {
        return folder.resolve("infra/secrets/keys").resolve(secret + ".txt");
    }

    public Path envFile() {
        return folder.resolve(".env");
    }

    private static void write(Path file, String text) throws IOException {
        Files.writeString(file, text, UTF_8);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    private static String random(int length) {
        SecureRandom random = new SecureRandom();
        return random.ints(length, 0, LETTERS.length())
                .mapToObj(i -> LETTERS.substring(i, i + 1))
                .collect(Collectors.joining());
    }

    @Override
    public void close() {
        redis.close();
        postgres.close();
    }
}
