package dev.keyturn.postgres;

import dev.keyturn.postgres.LoginProbe.Answer;
import dev.keyturn.postgres.LoginProbe.Kind;
import dev.keyturn.spi.AccountState;
import dev.keyturn.spi.AdapterException;
import dev.keyturn.spi.Credential;
import dev.keyturn.spi.Endpoint;
import dev.keyturn.spi.Finding;
import dev.keyturn.spi.Finding.Severity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Everything that would make a change fail later, found without changing anything. */
final class Preflight {
    private final PostgresSettings settings;
    private final Session session;
    private final LoginProbe probe;
    private final List<Finding> findings = new ArrayList<>();

    Preflight(PostgresSettings settings, Session session, LoginProbe probe) {
        this.settings = settings;
        this.session = session;
        this.probe = probe;
    }

    List<Finding> look(List<AccountState> wanted) {
        String administrator = session.administrator().name();
        try {
            Accounts.check(wanted, administrator);
        } catch (AdapterException e) {
            blocks(
                    "accounts of server " + settings.server(),
                    e.getMessage(),
                    "a call that can be carried out",
                    "correct the manifest, then: keyturn check");
            return findings;
        }
        server();
        socket();
        if (!session.way().isEmpty()) {
            wayIn(wanted.stream().allMatch(AccountState::overwrite));
        }
        Map<String, Role> roles =
                Role.find(session, wanted.stream().map(AccountState::who).toList());
        for (AccountState state : wanted) {
            role(state, roles.get(state.who().name()), administrator);
        }
        if (wanted.stream().anyMatch(state -> state.who().name().equals(administrator))) {
            otherSessions(administrator);
        }
        return List.copyOf(findings);
    }

    private void server() {
        String server = "server " + settings.server();
        if (session.text("asking what it is", "SELECT pg_is_in_recovery()::text")
                .equals("true")) {
            blocks(
                    server,
                    "a replica, which takes no changes",
                    "the primary server",
                    "set host and port to the primary, and list the replica under endpoints");
        }
        try {
            RoleChange.systemIdentifier(session);
        } catch (AdapterException e) {
            blocks(
                    server,
                    e.getMessage(),
                    "the system identifier, by which two names of one server are found out",
                    "GRANT EXECUTE ON FUNCTION pg_control_system() TO "
                            + Session.quoted(session.administrator().name()));
        }
        List<String> logged = RoleChange.loud(session);
        if (!logged.isEmpty()) {
            findings.add(new Finding(
                    Severity.NOTES,
                    server,
                    "the administrator may not set " + logged
                            + " for its own transaction, so the log or the statistics may"
                            + " get verifiers; never passwords",
                    "the right to keep them out",
                    "GRANT SET ON PARAMETER " + String.join(", ", logged) + " TO "
                            + Session.quoted(session.administrator().name())));
        }
        if (session.text("reading a setting", "SHOW password_encryption").equals("md5")) {
            findings.add(new Finding(
                    Severity.NOTES,
                    server,
                    "password_encryption = md5, while Keyturn sets SCRAM-SHA-256 verifiers",
                    "clients that know SCRAM-SHA-256",
                    "ALTER SYSTEM SET password_encryption = 'scram-sha-256'"));
        }
        int replicas = Integer.parseInt(
                session.text("counting its replicas", "SELECT count(*)::text FROM pg_stat_replication"));
        if (replicas > settings.endpoints().size() - 1) {
            findings.add(Finding.warns(
                    server,
                    replicas + " replicas or backups stream from it, and "
                            + (settings.endpoints().size() - 1) + " further endpoints are listed",
                    "each replica that consumers use among the endpoints, so that it is proven too",
                    "add it to endpoints"));
        }
    }

    /** What would be missed only on the day when it is needed. */
    private void socket() {
        String object = "server " + settings.server();
        Optional<Path> file = settings.socket();
        if (file.isPresent() && !Files.exists(file.get())) {
            findings.add(Finding.warns(
                    object,
                    "there is no socket " + file.get(),
                    "the file that the server makes there: the way back in if the administrator's password is lost",
                    "set socket to one of the folders that SHOW unix_socket_directories gives, or leave it out"));
        } else if (file.isPresent() && !SocketOwner.isHere(settings.server())) {
            findings.add(Finding.warns(
                    object,
                    "the socket " + file.get() + " is on this machine, and "
                            + settings.server().host() + " is not",
                    "the socket of this same server, as in a container that shares its folder",
                    "make sure of it, or leave socket out: it may be another server's"));
        }
    }

    /**
     * Whoever changed the administrator's password may be at work here still. So nothing is begun, unless the operator said to overwrite
     * what nobody recognises.
     */
    private void wayIn(boolean overwrite) {
        String administrator = session.administrator().name();
        findings.add(new Finding(
                overwrite ? Severity.WARNS : Severity.BLOCKS,
                "administrator " + administrator + " on server " + settings.server(),
                "it accepts none of the known passwords over TCP; the way in is " + session.way()
                        + ", which takes no password",
                "a login with a known password",
                overwrite
                        ? ""
                        : "find out who changed it; to give it a new one over the socket:"
                                + " keyturn setup --force --only, with the name of its secret"));
    }

    private void role(AccountState state, Role role, String administrator) {
        String object = "role " + state.who() + " on server " + settings.server();
        var obstacle = Role.obstacle(role, state);
        if (obstacle.isPresent()) {
            blocks(
                    object,
                    obstacle.get().found(),
                    obstacle.get().expected(),
                    obstacle.get().next());
            return;
        }
        if (!role.alterable()) {
            blocks(
                    object,
                    "the administrator " + administrator + " may not set its password",
                    role.superuser()
                            ? "a superuser, because the role is one"
                            : "CREATEROLE, and from PostgreSQL 16 on the ADMIN OPTION on the role",
                    "GRANT " + Session.quoted(role.name()) + " TO " + Session.quoted(administrator)
                            + " WITH ADMIN OPTION");
        }
        try {
            Scram.checkForm(Accounts.wanted(state));
        } catch (AdapterException e) {
            blocks(object, e.getMessage(), "a value that can be set", "replace the value, then: keyturn check");
        }
        Credential held = null;
        for (Endpoint via : settings.endpoints()) {
            held = tried(state, object, via, held);
        }
    }

    /**
     * Finds what the account accepts at the first endpoint, and whether each other endpoint accepts the same.
     *
     * @return the credential that the server itself accepts, if one is known
     */
    private Credential tried(AccountState state, String object, Endpoint via, Credential held) {
        List<Credential> candidates = held != null
                ? List.of(held)
                : Stream.concat(state.accept().stream(), state.recognise().stream())
                        .filter(known -> known.user().equals(state.who()))
                        .toList();
        for (Credential candidate : candidates) {
            Answer answer = probe.ask(via, candidate);
            if (answer.kind() == Kind.TAKEN || answer.kind() == Kind.TAKEN_WITHOUT_LOGIN) {
                return candidate;
            }
            if (answer.kind() == Kind.OPEN) {
                blocks(
                        object + " through " + via,
                        "a wrong password is accepted too",
                        "it to be refused, else nothing can be proven",
                        "replace trust in pg_hba.conf by scram-sha-256");
                return held;
            }
            if (answer.kind() == Kind.UNREACHABLE) {
                blocks(
                        object + " through " + via,
                        "no answer: " + answer.detail(),
                        "an answer",
                        "see to it that it answers, then: keyturn check");
                return held;
            }
            if (answer.kind() == Kind.SHUT_OUT && state.mayLogin()) {
                blocks(object + " through " + via, answer.detail(), "a login", "allow it in pg_hba.conf");
                return held;
            }
            if (answer.kind() == Kind.SHUT_OUT) {
                findings.add(new Finding(
                        Severity.NOTES,
                        object + " through " + via,
                        "no password can be tried: " + answer.detail(),
                        "nothing else; the stored verifier is compared, which takes a superuser",
                        ""));
                return held;
            }
        }
        if (via.equals(settings.server()) && !state.overwrite()) {
            blocks(object, "none of the known passwords is accepted", "one of them", "find out who changed it");
        } else if (held != null) {
            blocks(
                    object + " through " + via,
                    "the password is refused that the server itself accepts",
                    "the same answer",
                    "renew what this pooler or replica holds");
        }
        return held;
    }

    private void otherSessions(String administrator) {
        String others = session.text(
                "counting its sessions",
                "SELECT count(*)::text FROM pg_stat_activity WHERE usename::text = ? AND pid <> pg_backend_pid()"
                        // The launcher of logical replication bears the first superuser's name.
                        + " AND application_name NOT LIKE 'keyturn%' AND backend_type = 'client backend'",
                administrator);
        if (!others.equals("0")) {
            findings.add(Finding.warns(
                    "administrator " + administrator + " on server " + settings.server(),
                    others + " other sessions of this role, so somebody else uses its password too",
                    "none, or a consumer of this secret that the manifest names",
                    "SELECT pid, application_name, client_addr FROM pg_stat_activity WHERE usename = '"
                            + administrator.replace("'", "''") + "'"));
        }
    }

    private void blocks(String object, String found, String expected, String next) {
        findings.add(Finding.blocks(object, found, expected, next));
    }
}
