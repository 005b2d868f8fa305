package dev.keyturn.redis;

import dev.keyturn.spi.AdapterException;
import dev.keyturn.spi.AdapterException.Reason;
import dev.keyturn.spi.Credential;
import dev.keyturn.spi.Endpoint;
import dev.keyturn.spi.Login;
import dev.keyturn.spi.SecretValue;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;

/** Tries to log in as a consumer does, each time with a wrong password first and on a connection of its own. */
record Probe(Connector connector) {
    private static final SecureRandom RANDOM = new SecureRandom();

    Login login(Endpoint via, Credential credential) {
        try (Session session = connector.connect(via)) {
            if (!(session.authenticate(wrong(credential)) instanceof Reply.Refusal control)) {
                return Login.open();
            }
            if (!isVerdict(control)) {
                return Login.unreachable("redis " + via + " answers " + control.text());
            }
            if (session.authenticate(credential) instanceof Reply.Refusal refusal) {
                return isVerdict(refusal)
                        ? Login.refused("wrong password, unknown user, or a user that is off")
                        : Login.unreachable("redis " + via + " answers " + refusal.text());
            }
            // AUTH is answered even while data are loading, when a consumer could not do anything yet.
            if (session.send(List.of("PING")) instanceof Reply.Refusal refusal && refusal.isPassing()) {
                return Login.unreachable("redis " + via + " answers " + refusal.code());
            }
            return Login.accepted();
        } catch (AdapterException e) {
            if (e.reason() == Reason.UNAVAILABLE) {
                return Login.unreachable(e.getMessage());
            }
            throw e;
        }
    }

    /** The two answers that mean: not with this password. All others say nothing about it. */
    private static boolean isVerdict(Reply.Refusal refusal) {
        return refusal.code().equals("WRONGPASS") || refusal.code().equals("NOAUTH");
    }

    private static Credential wrong(Credential credential) {
        byte[] noise = new byte[24];
        RANDOM.nextBytes(noise);
        return new Credential(credential.user(), SecretValue.of(HexFormat.of().formatHex(noise)));
    }
}
