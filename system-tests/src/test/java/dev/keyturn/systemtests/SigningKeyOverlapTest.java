package dev.keyturn.systemtests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keyturn.workflows.contract.Purpose;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A signing key with a second place for verifiers, and tokens (RFC 7519, HS256) that two services sign and verify with what
 * each of them was started with.
 */
class SigningKeyOverlapTest {
    /** Each start of a service leaves what it was given, under the number of the start. */
    private static final String START =
            "cd \"$(dirname \"$0\")\" && mkdir -p \"$1\" && cp .env \"$1/$(ls \"$1\" | wc -l)\"\n";

    /** A service as it was started once: it signs with one key and verifies with both. */
    private record Started(String key, String other) {
        String token() {
            String claims = encoded("{\"alg\":\"HS256\"}".getBytes(UTF_8)) + "."
                    + encoded("{\"sub\":\"somebody\"}".getBytes(UTF_8));
            return claims + "." + encoded(mac(key, claims));
        }

        boolean verifies(String token) {
            int dot = token.lastIndexOf('.');
            byte[] signature = Base64.getUrlDecoder().decode(token.substring(dot + 1));
            return List.of(key, other).stream()
                    .anyMatch(each -> MessageDigest.isEqual(mac(each, token.substring(0, dot)), signature));
        }

        private static byte[] mac(String key, String text) {
            try {
                Mac mac = Mac.getInstance("HmacSHA256");
                mac.init(new SecretKeySpec(key.getBytes(UTF_8), "HmacSHA256"));
                return mac.doFinal(text.getBytes(UTF_8));
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }

        private static String encoded(byte[] bytes) {
            return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        }

        @Override
        public String toString() {
            return "a start";
        }
    }

    @Test
    @DisplayName(
            "JWT overlap: an old token is valid until its TTL has passed, then refused; a new one is valid at once")
    void anOldTokenIsValidUntilItsTimeIsOverAndANewOneAtOnceEverywhere(@TempDir Path folder) throws IOException {
        try (Keys keys = start(folder, "3s")) {
            keys.done(Purpose.ROTATE);

            List<List<Started>> services = List.of(starts(folder, "shop"), starts(folder, "mail"));
            // As it was, with the new key to verify, and signing with the new key.
            assertThat(services).allSatisfy(starts -> assertThat(starts).hasSize(3));
            assertThat(services.get(0).get(1).token())
                    .as("introduced, and not used yet")
                    .isEqualTo(services.get(0).get(0).token());
            assertEachMayMeetATokenOfTheOther(services);
            String old = services.get(0).get(0).token();
            String fresh = services.get(0).get(2).token();
            assertThat(fresh).isNotEqualTo(old);
            assertThat(services).allSatisfy(starts -> {
                assertThat(starts.get(0).verifies(fresh))
                        .as("before anybody signed so")
                        .isFalse();
                assertThat(starts.get(1).verifies(fresh))
                        .as("a new token, at once")
                        .isTrue();
                assertThat(starts.get(2).verifies(old))
                        .as("an old token, still")
                        .isTrue();
            });

            await().atMost(Duration.ofSeconds(60))
                    .until(() -> !keys.environment()
                            .plan(Keys.request(Purpose.REPAIR))
                            .changesNothing());
            keys.done(Purpose.REPAIR);

            for (String service : List.of("shop", "mail")) {
                List<Started> starts = starts(folder, service);
                assertThat(starts).hasSize(4);
                assertThat(starts.get(3).verifies(old)).as("an old token, over").isFalse();
                assertThat(starts.get(3).verifies(fresh)).as("a new token").isTrue();
                assertThat(starts.get(3).token()).isEqualTo(fresh);
            }
            assertThat(keys.environment().status().due()).isEmpty();
            assertThat(keys.environment().plan(Keys.request(Purpose.REPAIR)).changesNothing())
                    .isTrue();
        }
    }

    @Test
    void aRepairBeforeThatTimeLeavesTheOldKeyInItsPlace(@TempDir Path folder) throws IOException {
        try (Keys keys = start(folder, "24h")) {
            keys.done(Purpose.ROTATE);
            Map<String, String> during = keys.published();

            keys.done(Purpose.REPAIR);

            assertThat(keys.published().equals(during))
                    .as("published as before")
                    .isTrue();
            List<Started> starts = starts(folder, "shop");
            assertThat(starts).hasSize(3);
            assertThat(starts.get(2).verifies(starts.get(0).token()))
                    .as("an old token")
                    .isTrue();
            assertThat(keys.environment().status().due()).hasSize(1);
        }
    }

    /** Import gives the older key the higher number; and what waits is told by its time, not by that. */
    @Test
    void aVerifierThatWasTakenOverGivesItsPlaceToTheRotatedKeyForGood(@TempDir Path folder) {
        try (Keys keys = Keys.start(folder, "24h", Keys.WITNESS, "Mn3older0signing0key0Vb8older0signing0key00")) {
            assertThat(keys.environment().status().due()).hasSize(1);
            keys.done(Purpose.ROTATE);
            assertThat(keys.published()).containsEntry("KEY_OLD", Keys.FIRST);
            assertThat(keys.environment().status().due()).hasSize(1);

            keys.done(Purpose.REPAIR);

            assertThat(keys.published()).containsEntry("KEY_OLD", Keys.FIRST);
            keys.assertConsistent();
        }
    }

    /** While the services are restarted one after the other, one is a start ahead of the other. */
    private static void assertEachMayMeetATokenOfTheOther(List<List<Started>> services) {
        for (List<Started> one : services) {
            for (List<Started> other : services) {
                for (int start = 0; start < 2; start++) {
                    assertThat(one.get(start).verifies(other.get(start + 1).token()))
                            .as("start " + start + " verifies what start " + (start + 1) + " signs")
                            .isTrue();
                    assertThat(one.get(start + 1).verifies(other.get(start).token()))
                            .as("start " + (start + 1) + " verifies what start " + start + " signs")
                            .isTrue();
                }
            }
        }
    }

    private static Keys start(Path folder, String overlap) throws IOException {
        Path script = Files.writeString(folder.resolve("start.sh"), START);
        Keys keys = Keys.start(folder, overlap, """
                  shop: {command: [/bin/sh, %1$s, shop], uses: [key]}
                  mail: {command: [/bin/sh, %1$s, mail], uses: [key]}
                """.formatted(script));
        for (String service : List.of("shop", "mail")) {
            Files.createDirectory(folder.resolve(service));
            Files.copy(folder.resolve(".env"), folder.resolve(service).resolve("0"));
        }
        return keys;
    }

    private static List<Started> starts(Path folder, String service) {
        List<Started> starts = new ArrayList<>();
        while (Files.exists(folder.resolve(service).resolve("" + starts.size()))) {
            Map<String, String> env =
                    Keys.parse(Drill.read(folder.resolve(service).resolve("" + starts.size())));
            starts.add(new Started(env.get("KEY"), env.get("KEY_OLD")));
        }
        return starts;
    }
}
