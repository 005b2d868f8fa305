package dev.keyturn.redis;

import dev.keyturn.spi.AccountState;
import dev.keyturn.spi.AdapterException;
import dev.keyturn.spi.Endpoint;
import dev.keyturn.spi.Finding;
import dev.keyturn.spi.Principal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Looks for everything that would stop a change, and changes nothing. */
final class Preflight {
    private static final Principal DEFAULT = new Principal("default");

    private final Administrator administrator;
    private final Connector connector;
    private final Session session;
    private final String server;
    private final List<Finding> findings = new ArrayList<>();

    Preflight(Administrator administrator, Connector connector) {
        this.administrator = administrator;
        this.connector = connector;
        this.session = administrator.session();
        this.server = "redis " + session.at();
    }

    List<Finding> look(List<AccountState> wanted, List<Endpoint> endpoints, String persist) {
        rights(
                persistence(persist),
                wanted.stream().anyMatch(state -> state.who().equals(DEFAULT)));
        replication();
        endpoints.stream().skip(1).forEach(this::endpoint);
        for (AccountState state : wanted) {
            account(state);
        }
        if (wanted.stream().noneMatch(state -> state.who().equals(DEFAULT))) {
            AclUser everybody = AclUser.read(session, DEFAULT);
            if (everybody.on() && everybody.open()) {
                findings.add(Finding.warns(
                        "user default on " + server,
                        "it takes anybody in without a password (nopass), so the passwords of others protect little",
                        "a password, or a user that is off",
                        "ACL SETUSER default off, once no consumer relies on it"));
            }
        }
        return findings;
    }

    private void account(AccountState state) {
        new Change(state, AclUser.read(session, state.who()))
                .obstacle()
                .ifPresent(o -> findings.add(
                        Finding.blocks("account " + state.who() + " on " + server, o.found(), o.expected(), o.next())));
    }

    /** By asking the server what it would answer, which Redis can since version 7; before that nothing is said. */
    private void rights(Optional<Persistence> persistence, boolean changesDefault) {
        List<List<String>> needed = new ArrayList<>(List.of(
                List.of("ACL", "SETUSER", "keyturn-dry-run", "on"),
                List.of("ACL", "GETUSER", "keyturn-dry-run"),
                List.of("ACL", "LIST"),
                List.of("CLIENT", "SETNAME", "keyturn"),
                List.of("CLIENT", "LIST"),
                List.of("CLIENT", "ID"),
                List.of("CLIENT", "KILL", "ID", "0"),
                List.of("INFO"),
                List.of("MULTI"),
                List.of("EXEC")));
        persistence.ifPresent(how -> needed.addAll(how.commands()));
        if (changesDefault && persistence.filter(Persistence::rewrites).isPresent()) {
            needed.add(List.of("CONFIG", "SET", "requirepass", "keyturn-dry-run"));
        }
        String who = administrator.who().name();
        String missing = needed.stream()
                .filter(command -> {
                    List<String> dryRun = new ArrayList<>(List.of("ACL", "DRYRUN", who));
                    dryRun.addAll(command);
                    return session.send(dryRun) instanceof Reply.Answer answer && !"OK".equals(answer.value());
                })
                .map(command -> command.size() == 1 ? command.get(0) : command.get(0) + " " + command.get(1))
                .collect(Collectors.joining(", "));
        if (!missing.isEmpty()) {
            findings.add(Finding.blocks(
                    "administrator " + who + " on " + server,
                    "no right to " + missing,
                    "these rights",
                    "give them with ACL SETUSER, for example +@admin +@connection +@transaction +info"));
        }
    }

    private Optional<Persistence> persistence(String persist) {
        try {
            Persistence persistence = Persistence.find(session, persist);
            persistence
                    .hazard(session)
                    .ifPresent(hazard -> findings.add(Finding.blocks(
                            server,
                            hazard,
                            "accounts that the server reads again at its next start",
                            "move the users into an aclfile, or set persist: none and write the file by other means")));
            if (persistence.kind() == Persistence.Kind.NONE) {
                findings.add(Finding.warns(
                        server,
                        persistence.toString(),
                        "a configuration file or an aclfile, or a publication from which the server is started",
                        "publish the password to where the server's start takes it from"));
            }
            return Optional.of(persistence);
        } catch (AdapterException e) {
            if (e.reason() == AdapterException.Reason.UNAVAILABLE) {
                throw e;
            }
            findings.add(
                    Finding.blocks(server, e.getMessage(), "passwords that persist", "mend that, then: keyturn check"));
            return Optional.empty();
        }
    }

    private void replication() {
        Info replication = Info.read(session, "replication");
        if (replication.get("role").equals("slave")) {
            findings.add(Finding.blocks(
                    server,
                    "it is a replica of " + replication.get("master_host") + ":" + replication.get("master_port"),
                    "the primary: a change made on a replica reaches no other server",
                    "name the primary in the manifest"));
        }
        String replicas = replication.fields().entrySet().stream()
                .filter(field -> field.getKey().matches("slave[0-9]+"))
                .map(field -> field.getValue().replaceAll("ip=([^,]*),port=([0-9]+),.*", "$1:$2"))
                .sorted()
                .collect(Collectors.joining(", "));
        if (!replicas.isEmpty()) {
            findings.add(Finding.warns(
                    server,
                    "replicas are connected: " + replicas + "; accounts are not replicated, and a replica whose"
                            + " masterauth is a removed password is lost when it reconnects",
                    "the same passwords on every replica, and their masterauth, before an old one is removed",
                    "change them on each replica between introducing and withdrawing"));
        }
        if (Info.read(session, "cluster").get("cluster_enabled").equals("1")) {
            findings.add(Finding.warns(
                    server,
                    "it is a node of a cluster; accounts are not shared among its nodes",
                    "the same accounts on every node",
                    "declare each node as a server"));
        }
    }

    /** An address that leads elsewhere would never show what is changed here. */
    private void endpoint(Endpoint endpoint) {
        String object = "endpoint " + endpoint + " of " + server;
        String run = Info.read(session, "server").get("run_id");
        try (Session other = connector.connect(endpoint)) {
            administrator.logIn(other);
            if (!Info.read(other, "server").get("run_id").equals(run)) {
                findings.add(Finding.blocks(
                        object,
                        "another Redis server answers there",
                        "an address of the same server",
                        "declare it as a server of its own, or remove it from endpoints"));
            }
        } catch (AdapterException e) {
            findings.add(Finding.blocks(
                    object,
                    e.getMessage(),
                    "an address of the same server that answers",
                    "mend the address or the server behind it, then: keyturn check"));
        }
    }
}
