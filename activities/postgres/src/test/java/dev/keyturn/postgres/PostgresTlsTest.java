package dev.keyturn.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.keyturn.spi.AccountServer;
import dev.keyturn.spi.AdapterException;
import dev.keyturn.spi.AdapterException.Reason;
import dev.keyturn.spi.Credential;
import dev.keyturn.spi.Login.Result;
import dev.keyturn.testkit.Need;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** How the words of {@code tls} behave against servers with and without a certificate. */
class PostgresTlsTest {
    private static PostgresBench plain;
    private static PostgresBench secure;
    private static Path certificate;
    private static Path otherCertificate;

    @BeforeAll
    static void start() throws Exception {
        plain = new PostgresBench(Map.of());
        secure = new PostgresBench(Map.of());
        certificate = certificate(secure.postgres.folder(), "server", "IP:127.0.0.1");
        otherCertificate = certificate(secure.postgres.folder(), "other", "DNS:elsewhere.example");
        serve("server");
        secure.postgres.authenticateBy("local all all trust", "hostssl all all all scram-sha-256");
    }

    @AfterAll
    static void stop() {
        if (plain != null) {
            plain.close();
        }
        if (secure != null) {
            secure.close();
        }
    }

    @Test
    void preferTakesTlsWhereThereIsTlsAndGoesWithoutWhereNot() {
        assertThat(result(secure, Map.of("tls", "prefer"))).isEqualTo(Result.ACCEPTED);
        assertThat(result(plain, Map.of("tls", "prefer"))).isEqualTo(Result.ACCEPTED);
    }

    @Test
    void disableIsShutOutWhereTheServerWantsTls() {
        assertThat(result(secure, Map.of("tls", "disable"))).isEqualTo(Result.REFUSED);
        assertThat(result(plain, Map.of("tls", "disable"))).isEqualTo(Result.ACCEPTED);
    }

    @Test
    void requireNeverGoesWithoutTls() {
        assertThat(result(secure, Map.of("tls", "require"))).isEqualTo(Result.ACCEPTED);
        assertThat(result(plain, Map.of("tls", "require"))).isEqualTo(Result.UNREACHABLE);
    }

    @Test
    void verifyingTakesOnlyTheCertificateThatTheManifestNames() {
        for (String tls : new String[] {"verify-ca", "verify-full"}) {
            assertThat(result(secure, Map.of("tls", tls, "root-certificate", certificate)))
                    .as(tls)
                    .isEqualTo(Result.ACCEPTED);
            Map<String, Object> wrong = Map.of("tls", tls, "root-certificate", otherCertificate);
            assertThat(result(secure, wrong)).as(tls).isEqualTo(Result.UNREACHABLE);
            try (AccountServer server = secure.open(wrong, secure.administrator())) {
                assertThatExceptionOfType(AdapterException.class)
                        .isThrownBy(server::identity)
                        .withNoCause()
                        .withMessageContaining("TLS")
                        .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.CONFIGURATION));
            }
        }
    }

    @Test
    void aCertificateThatNothingWouldBeComparedWithIsRefused() {
        for (String tls : new String[] {"disable", "prefer", "require"}) {
            assertThatExceptionOfType(AdapterException.class)
                    .as(tls)
                    .isThrownBy(() -> result(secure, Map.of("tls", tls, "root-certificate", otherCertificate)))
                    .withMessageContainingAll("root-certificate", "tls: " + tls, "tls: verify-full")
                    .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.CONFIGURATION));
        }
    }

    @Test
    void verifyFullAlsoChecksTheHost() {
        serve("other");
        try {
            assertThat(result(secure, Map.of("tls", "verify-ca", "root-certificate", otherCertificate)))
                    .isEqualTo(Result.ACCEPTED);
            assertThat(result(secure, Map.of("tls", "verify-full", "root-certificate", otherCertificate)))
                    .isEqualTo(Result.UNREACHABLE);
        } finally {
            serve("server");
        }
    }

    private static Result result(PostgresBench bench, Map<String, Object> settings) {
        Credential administrator = bench.administrator();
        try (AccountServer server = bench.open(settings, administrator)) {
            return server.login(bench.endpoint(), administrator).result();
        }
    }

    private static void serve(String name) {
        Path folder = secure.postgres.folder();
        secure.postgres.execute(
                "ALTER SYSTEM SET ssl = on",
                "ALTER SYSTEM SET ssl_cert_file = '" + folder.resolve(name + ".crt") + "'",
                "ALTER SYSTEM SET ssl_key_file = '" + folder.resolve(name + ".key") + "'");
        secure.postgres.restart();
    }

    private static Path certificate(Path folder, String name, String alternativeName) throws Exception {
        Path certificate = folder.resolve(name + ".crt");
        try {
            Process openssl = new ProcessBuilder(
                            "openssl",
                            "req",
                            "-x509",
                            "-newkey",
                            "rsa:2048",
                            "-nodes",
                            "-days",
                            "2",
                            "-subj",
                            "/CN=" + name,
                            "-addext",
                            "subjectAltName=" + alternativeName,
                            "-keyout",
                            folder.resolve(name + ".key").toString(),
                            "-out",
                            certificate.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            assertThat(openssl.waitFor()).isZero();
        } catch (IOException e) {
            new Need("openssl", "there is no such program", "apt-get install {}").leavesOutUnless(false);
        }
        return certificate;
    }
}
