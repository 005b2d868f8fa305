package dev.keyturn.postgres;

import dev.keyturn.spi.AdapterException;
import dev.keyturn.spi.AdapterException.Reason;
import dev.keyturn.spi.Credential;
import dev.keyturn.spi.Endpoint;
import dev.keyturn.spi.Principal;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;

/** How the administrator gets in: over TCP with a password that is known, else over the server's Unix socket, where the manifest names it. */
final class Administrator {
    private final PostgresSettings settings;
    private final Connector connector;
    private final List<Credential> passwords;

    /** @param passwords every credential that the administrator may have now, the likeliest first */
    Administrator(PostgresSettings settings, List<Credential> passwords) {
        this.settings = settings;
        this.connector = new Connector(settings);
        this.passwords = List.copyOf(passwords);
    }

    /** Something that logs in. */
    private interface Login {
        Session open() throws SQLException;
    }

    private interface PasswordLogin {
        Session open(Credential with) throws SQLException;
    }

    /**
     * A session on the server itself. Over the socket only if the server looked at every password over TCP and refused it.
     *
     * @throws AdapterException UNAVAILABLE; DENIED if the administrator does not get in either way; CONFIGURATION
     */
    Session session(String name) {
        Endpoint server = settings.server();
        try {
            return overTcp(server, name);
        } catch (Refused refused) {
            if (!refused.everyPassword() || passwords.isEmpty()) {
                throw refused(server, refused, "");
            }
            if (settings.socket().isEmpty()) {
                throw refused(
                        server,
                        refused,
                        "; a way back in is the setting socket of this server, where the server lets the operating system's user "
                                + osUser() + ", as whom Keyturn runs, in as " + user() + " by peer authentication");
            }
            return overSocket(settings.socket().get(), name, refused);
        }
    }

    /**
     * A session on a replica, with a password: the socket is the server's own.
     *
     * @throws AdapterException UNAVAILABLE; DENIED if every password is refused; CONFIGURATION
     */
    Session session(Endpoint other, String name) {
        try {
            return overTcp(other, name);
        } catch (Refused refused) {
            throw refused(other, refused, "");
        }
    }

    /**
     * Who answers at an address of consumers.
     *
     * @throws AdapterException UNAVAILABLE; DENIED if every password is refused; CONFIGURATION
     */
    Front front(Endpoint other) {
        try (Session bare = logIn(
                other,
                // A name that no later holder looks for: it may stay on a pooler's session, which consumers use.
                credential -> Session.bare(connector.open(other, credential, "keyturn"), settings, other, user()))) {
            return Front.of(bare);
        } catch (Refused refused) {
            throw refused(other, refused, "");
        }
    }

    private Session overTcp(Endpoint to, String name) throws Refused {
        Session.checkName(name);
        return logIn(
                to, credential -> Session.over(connector.open(to, credential, name), settings, to, "", user(), name));
    }

    private Session logIn(Endpoint to, PasswordLogin login) throws Refused {
        Deadline deadline = new Deadline(settings.statementTimeout());
        boolean everyPassword = true;
        String last = "none";
        for (Credential credential : passwords) {
            try {
                return patiently(deadline, () -> login.open(credential));
            } catch (SQLException e) {
                if (!Trouble.state(e).startsWith("28")) {
                    throw Trouble.explain("server " + to + ", login of the administrator", e);
                }
                everyPassword &= Trouble.state(e).equals(Trouble.WRONG_PASSWORD);
                last = Trouble.describe(e);
            }
        }
        throw new Refused(everyPassword, last);
    }

    private Session overSocket(Path file, String name, Refused refused) {
        Endpoint server = settings.server();
        try {
            Session session = patiently(
                    new Deadline(settings.statementTimeout()),
                    () -> Session.over(
                            connector.openLocally(file, user(), name),
                            settings,
                            server,
                            "over the socket " + file,
                            user(),
                            name));
            SocketOwner.check(session, file, server);
            return session;
        } catch (SQLException e) {
            if (Trouble.isBusy(e)) {
                throw Trouble.explain("server " + server + ", login of the administrator over the socket " + file, e);
            }
            throw refused(
                    server,
                    refused,
                    "; nor does it get in over the socket " + file + ": " + Trouble.describeLocally(e, file)
                            + "; Keyturn runs as the operating system's user " + osUser()
                            + ", expected one that pg_hba.conf"
                            + " lets in there as " + user()
                            + " by peer authentication (where the names differ, with a map in"
                            + " pg_ident.conf)");
        }
    }

    /** Again while the server has no slot free or is starting. */
    private static Session patiently(Deadline deadline, Login login) throws SQLException {
        while (true) {
            try {
                return login.open();
            } catch (SQLException e) {
                if (!Trouble.isBusy(e) || !deadline.pause()) {
                    throw e;
                }
            }
        }
    }

    private AdapterException refused(Endpoint server, Refused refused, String more) {
        return new AdapterException(
                Reason.DENIED,
                "server " + server + ": found that none of the " + passwords.size()
                        + " passwords known for the administrator "
                        + (passwords.isEmpty() ? "(none)" : user())
                        + " is accepted, expected one to be; nothing was changed; last answer: " + refused.getMessage()
                        + more);
    }

    private Principal user() {
        return passwords.get(0).user();
    }

    private static String osUser() {
        return System.getProperty("user.name");
    }

    /** The server let the administrator in with no password; the message is its last answer. */
    private static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;

        private final boolean everyPassword;

        Refused(boolean everyPassword, String last) {
            super(last);
            this.everyPassword = everyPassword;
        }

        /** Whether each was looked at and refused as wrong; not so if something else keeps the administrator out. */
        boolean everyPassword() {
            return everyPassword;
        }
    }
}
