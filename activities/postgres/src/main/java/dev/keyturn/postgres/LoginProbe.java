package dev.keyturn.postgres;

import dev.keyturn.spi.Credential;
import dev.keyturn.spi.Endpoint;
import dev.keyturn.spi.Login;
import dev.keyturn.spi.Principal;
import dev.keyturn.spi.SecretValue;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;

/**
 * Tries credentials, each with a wrong password as control. A password that was refused as wrong in the last seconds, through
 * the same endpoint for the same account, is a control too: each attempt that fails stands in the server's log. Leaves no session behind.
 */
final class LoginProbe {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Connector connector;
    private final String sessionName;
    private final Controls controls;

    /** @param controls of the same server; what is tried here is added to them */
    LoginProbe(Connector connector, String sessionName, Controls controls) {
        this.connector = connector;
        this.sessionName = sessionName;
        this.controls = controls;
    }

    /** Where authentication was seen to be on, and when. Not safe for use by several threads. */
    static final class Controls {
        private static final Duration GOOD_FOR = Duration.ofSeconds(5);

        private final Map<Place, Long> seen = new HashMap<>();

        private record Place(Endpoint via, Principal who) {}

        private void add(Endpoint via, Principal who) {
            seen.put(new Place(via, who), System.nanoTime());
        }

        private boolean have(Endpoint via, Principal who) {
            Long at = seen.get(new Place(via, who));
            return at != null && System.nanoTime() - at < GOOD_FOR.toNanos();
        }
    }

    /** What the server showed about one credential. */
    enum Kind {
        /** The password is the role's, and the role logs in. */
        TAKEN,
        /** The password is the role's, and the role may not log in. */
        TAKEN_WITHOUT_LOGIN,
        /** The password is not the role's; an expired or missing role looks the same. */
        REFUSED,
        /** Refused before any password was looked at: nothing is known about it. */
        SHUT_OUT,
        /** No answer. */
        UNREACHABLE,
        /** A wrong password is as good. */
        OPEN
    }

    record Answer(Kind kind, String detail) {
        Login toLogin() {
            return switch (kind) {
                case TAKEN -> new Login(Login.Result.ACCEPTED, detail);
                case TAKEN_WITHOUT_LOGIN, REFUSED, SHUT_OUT -> Login.refused(detail);
                case UNREACHABLE -> Login.unreachable(detail);
                case OPEN -> Login.open();
            };
        }
    }

    /**
     * PostgreSQL looks at the password first and at everything else later (postinit.c: PerformAuthentication, then
     * InitializeSessionUserId, then CheckMyDatabase). So a refusal for another reason, where a wrong password is
     * refused as a wrong password, shows that the password is right: that is how a role without LOGIN is proven.
     */
    Answer ask(Endpoint via, Credential credential) {
        Attempt first = attempt(via, credential);
        if (first.unreachable) {
            return new Answer(Kind.UNREACHABLE, first.detail);
        }
        if (first.state.equals(Trouble.WRONG_PASSWORD)) {
            controls.add(via, credential.user());
            return new Answer(Kind.REFUSED, first.detail);
        }
        Attempt control = control(via, credential.user());
        if (control.unreachable) {
            return new Answer(Kind.UNREACHABLE, "a wrong password could not be tried: " + control.detail);
        }
        boolean controlRefused =
                control.state.equals(Trouble.WRONG_PASSWORD) || control.state.equals(Trouble.NOT_ALLOWED_IN);
        if (first.loggedIn()) {
            return controlRefused ? new Answer(Kind.TAKEN, "") : new Answer(Kind.OPEN, "");
        }
        if (control.state.equals(Trouble.WRONG_PASSWORD)) {
            return first.state.equals(Trouble.NOT_ALLOWED_IN)
                    ? new Answer(Kind.TAKEN_WITHOUT_LOGIN, "the password is right, but the role may not log in")
                    : new Answer(Kind.TAKEN, "the password is right; in this database: " + first.detail);
        }
        return controlRefused ? new Answer(Kind.SHUT_OUT, first.detail) : new Answer(Kind.OPEN, "");
    }

    /** One that is remembered keeps its age: or logins that follow each other would keep it for ever. */
    private Attempt control(Endpoint via, Principal who) {
        if (controls.have(via, who)) {
            return new Attempt(Trouble.WRONG_PASSWORD, false, "");
        }
        Attempt control = attempt(via, new Credential(who, wrongPassword()));
        if (control.state.equals(Trouble.WRONG_PASSWORD)) {
            controls.add(via, who);
        }
        return control;
    }

    private Attempt attempt(Endpoint via, Credential credential) {
        try (Connection open = connector.open(via, credential, sessionName)) {
            return new Attempt("", false, "");
        } catch (SQLException e) {
            return new Attempt(
                    Trouble.state(e),
                    Trouble.mayPass(e) || Trouble.state(e).startsWith("08"),
                    via + ": " + Trouble.describe(e));
        }
    }

    private static SecretValue wrongPassword() {
        byte[] random = new byte[16];
        RANDOM.nextBytes(random);
        return SecretValue.of(HexFormat.of().formatHex(random));
    }

    /** One login: with an empty state it worked. */
    private record Attempt(String state, boolean unreachable, String detail) {
        boolean loggedIn() {
            return state.isEmpty() && !unreachable;
        }
    }
}
