package dev.keyturn.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.keyturn.sandbox.PrivateRedis;
import dev.keyturn.sandbox.PrivateRedis.Layout;
import dev.keyturn.sandbox.PrivateRedis.Persistence;
import dev.keyturn.spi.AccountServer;
import dev.keyturn.spi.AccountState;
import dev.keyturn.spi.AdapterException;
import dev.keyturn.spi.AdapterException.Reason;
import dev.keyturn.spi.Applied;
import dev.keyturn.spi.Credential;
import dev.keyturn.spi.Endpoint;
import dev.keyturn.spi.Login;
import dev.keyturn.testkit.TestFence;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TLS with a certificate made for the test, valid for 127.0.0.1 alone. */
class TlsTest {
    private static final Credential OLD = Credential.of("default", "old-value");

    @TempDir
    private Path folder;

    @BeforeEach
    void makeCertificate() throws IOException, InterruptedException, GeneralSecurityException {
        Path store = folder.resolve("store.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "redis",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=test",
                        "-ext",
                        "san=ip:127.0.0.1",
                        "-ext",
                        "bc=ca:true",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        "not-a-secret")
                .inheritIO()
                .start();
        assertThat(keytool.waitFor(30, TimeUnit.SECONDS)).isTrue();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, "not-a-secret".toCharArray());
        }
        pem(
                "key.pem",
                "PRIVATE KEY",
                keys.getKey("redis", "not-a-secret".toCharArray()).getEncoded());
        pem("cert.pem", "CERTIFICATE", keys.getCertificate("redis").getEncoded());
    }

    @Test
    void aPasswordIsChangedOverTlsAndACertificateThatIsNotTrustedIsRefused() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        Layout layout = Layout.of(Persistence.REQUIREPASS, OLD.password().reveal())
                .with("tls-port " + port)
                .with("tls-cert-file " + folder.resolve("cert.pem"))
                .with("tls-key-file " + folder.resolve("key.pem"))
                .with("tls-ca-cert-file " + folder.resolve("cert.pem"))
                .with("tls-auth-clients no");
        try (PrivateRedis redis = PrivateRedis.start(layout);
                AccountServer trusting = open("127.0.0.1", port, "cert.pem");
                AccountServer misnamed = open("localhost", port, "cert.pem");
                AccountServer distrusting = open("127.0.0.1", port, null);
                AccountServer plainPort = open("127.0.0.1", redis.port(), "cert.pem")) {
            Credential next = Credential.of("default", "new-value");
            assertThat(trusting.ensure(
                            new TestFence("store", 1),
                            List.of(AccountState.of(OLD.user(), List.of(next), List.of(OLD)))))
                    .allMatch(Applied::changed);
            assertThat(Raw.accepts(redis, next)).isTrue();
            assertThat(Raw.accepts(redis, OLD)).isFalse();
            for (AccountServer server : List.of(misnamed, distrusting, plainPort)) {
                assertThat(server.login(server.endpoints().get(0), next).result())
                        .isEqualTo(Login.Result.UNREACHABLE);
                assertThatExceptionOfType(AdapterException.class)
                        .isThrownBy(server::identity)
                        .withMessageContaining("TLS")
                        .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.UNAVAILABLE));
            }
        }
    }

    @Test
    void aCaFileWithoutCertificatesIsAConfigurationError() throws IOException {
        Files.writeString(folder.resolve("empty.pem"), "");
        for (String file : List.of("empty.pem", "key.pem", "missing.pem")) {
            try (AccountServer server = open("127.0.0.1", 1, file)) {
                assertThatExceptionOfType(AdapterException.class)
                        .isThrownBy(server::identity)
                        .withMessageContaining(file)
                        .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.CONFIGURATION));
            }
        }
    }

    @Test
    void aCaFileWithoutTlsIsAConfigurationErrorAndNoPasswordIsSent() {
        try (PrivateRedis redis = PrivateRedis.start(
                Layout.of(Persistence.REQUIREPASS, OLD.password().reveal()))) {
            Map<String, Object> settings =
                    new HashMap<>(RedisBench.settings(List.of(new Endpoint("127.0.0.1", redis.port()))));
            settings.put("ca-file", folder.resolve("cert.pem"));
            try (AccountServer server = RedisBench.open(settings, List.of(OLD), "keyturn")) {
                List<ThrowingCallable> calls = List.of(
                        () -> server.login(server.endpoints().get(0), OLD),
                        server::identity,
                        () -> server.preflight(List.of()));
                for (ThrowingCallable call : calls) {
                    assertThatExceptionOfType(AdapterException.class)
                            .isThrownBy(call)
                            .withMessageContainingAll("ca-file", "tls: true")
                            .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.CONFIGURATION));
                }
            }
        }
    }

    private AccountServer open(String host, int port, String caFile) {
        Map<String, Object> settings = new HashMap<>(RedisBench.settings(List.of(new Endpoint(host, port))));
        settings.put("tls", true);
        if (caFile != null) {
            settings.put("ca-file", folder.resolve(caFile));
        }
        return RedisBench.open(settings, List.of(Credential.of("default", "new-value"), OLD), "keyturn");
    }

    private void pem(String file, String what, byte[] der) throws IOException {
        String text = Base64.getMimeEncoder(64, "\n".getBytes(US_ASCII)).encodeToString(der);
        Files.writeString(
                folder.resolve(file), "-----BEGIN " + what + "-----\n" + text + "\n-----END " + what + "-----\n");
    }
}
