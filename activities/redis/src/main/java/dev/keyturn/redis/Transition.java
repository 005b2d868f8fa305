package dev.keyturn.redis;

import dev.keyturn.spi.AdapterException;
import dev.keyturn.spi.AdapterException.Reason;
import dev.keyturn.spi.Applied;
import dev.keyturn.spi.Credential;
import dev.keyturn.spi.Endpoint;
import dev.keyturn.spi.Fence;
import dev.keyturn.spi.Login;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Takes accounts from what they accept to what they are wanted to accept: <b>save</b> what is there (so that a server
 * that cannot save is left as it is, and what a cut run did is saved) → <b>widen</b> and save, in one transaction →
 * <b>prove</b> that the wanted passwords are accepted → <b>narrow</b> and save, in one transaction → <b>prove</b> all of it.
 * So no password goes before the one that takes its place is saved and proven.
 *
 * <p>With {@code requirepass} the text of the password stands in the configuration, beside the user line that counts. It would
 * stay there for ever, so that a retired password could be read, and would come back if somebody removed the user line. When {@code default}
 * accepts one password alone, it is therefore written there too; before that it would drop the others.
 */
final class Transition {
    private static final String DEFAULT = "default";
    private static final int LONGEST_REQUIREPASS = 512;

    private final Session session;
    private final Persistence persistence;
    private final Probe probe;
    private final List<Endpoint> endpoints;
    private final Fence fence;
    private String soFar = "nothing was changed";

    Transition(Session session, Persistence persistence, Probe probe, List<Endpoint> endpoints, Fence fence) {
        this.session = session;
        this.persistence = persistence;
        this.probe = probe;
        this.endpoints = endpoints;
        this.fence = fence;
    }

    List<Applied> run(List<Change> changes) {
        try {
            return move(changes);
        } catch (AdapterException e) {
            if (session.isBroken()) {
                throw new AdapterException(
                        e.reason(), e.getMessage() + "; so far " + soFar + ". Next: run again, it looks again");
            }
            throw e;
        }
    }

    private List<Applied> move(List<Change> changes) {
        List<Credential> requirepass = requirepass(changes);
        persistence.save(session, soFar);
        List<Change> widening = changes.stream().filter(Change::widens).toList();
        List<Change> narrowing = changes.stream().filter(Change::narrows).toList();
        if (!widening.isEmpty()) {
            send(widening, Change::widening);
            soFar = names(widening) + " accept the wanted passwords, saved; none was removed";
            verify(widening, change -> union(change.found().hashes(), change.accept()));
        }
        if (!narrowing.isEmpty()) {
            narrowing.forEach(this::proveAccepted);
            fence.check();
            send(narrowing, Change::narrowing);
            soFar = names(narrowing) + " accept the wanted passwords only, saved";
            verify(narrowing, Change::accept);
        }
        for (Credential credential : requirepass) {
            if (session.setRequirepass(credential) instanceof Reply.Refusal refusal) {
                throw session.refused(refusal, "CONFIG SET requirepass", soFar);
            }
            persistence.save(session, soFar + "; the old text of requirepass is still in the file");
        }
        List<Applied> applied = new ArrayList<>();
        for (Change change : changes) {
            proveAccepted(change);
            proveRefused(change);
            applied.add(applied(change, !requirepass.isEmpty() && isDefault(change)));
        }
        return applied;
    }

    /** Sends a move of each account and the saving of them all: run together or not at all. */
    private void send(List<Change> changes, Function<Change, List<String>> move) {
        List<List<String>> commands = new ArrayList<>(changes.stream().map(move).toList());
        commands.addAll(persistence.commands());
        String before = soFar;
        soFar = "it is not known whether " + names(changes) + " changed; before that, " + before;
        List<Reply> replies = session.transaction(commands);
        for (int i = 0; i < changes.size(); i++) {
            if (replies.get(i) instanceof Reply.Refusal refusal) {
                throw new AdapterException(
                        Reason.UNAVAILABLE,
                        account(changes.get(i)) + ": somebody else changed it at the same time (" + refusal.text()
                                + "); of " + names(changes)
                                + " those that nobody else changed were changed; before that, "
                                + before + ". Next: run again, it looks again");
            }
        }
        for (Reply reply : replies.subList(changes.size(), replies.size())) {
            if (reply instanceof Reply.Refusal refusal) {
                throw persistence.failed(
                        session, refusal, names(changes) + " changed in memory only; before that, " + before);
            }
        }
    }

    private void verify(List<Change> changes, Function<Change, Set<String>> expected) {
        for (Change change : changes) {
            AclUser now = AclUser.read(session, change.wanted().who());
            if (!now.hashes().equals(expected.apply(change))
                    || now.on() != change.wanted().mayLogin()
                    || now.open()) {
                throw new AdapterException(
                        Reason.DRIFT,
                        account(change) + ": somebody else changed it at the same time; found: "
                                + now.hashes().size() + " passwords, " + (now.on() ? "on" : "off") + "; expected: "
                                + expected.apply(change).size() + "; so far " + soFar
                                + ". Next: find out who changes it, then run again");
            }
        }
    }

    private void proveAccepted(Change change) {
        Login.Result expected = change.wanted().mayLogin() ? Login.Result.ACCEPTED : Login.Result.REFUSED;
        change.wanted().accept().forEach(credential -> prove(change, credential, expected, "a wanted password"));
    }

    private void proveRefused(Change change) {
        change.unwanted()
                .forEach(credential ->
                        prove(change, credential, Login.Result.REFUSED, "a password not wanted any more"));
    }

    private void prove(Change change, Credential credential, Login.Result expected, String which) {
        for (Endpoint endpoint : endpoints) {
            Login login = probe.login(endpoint, credential);
            if (login.result() != expected) {
                throw new AdapterException(
                        Reason.UNAVAILABLE,
                        account(change) + ", " + which + " through " + endpoint + ": found " + login.result()
                                + (login.detail().isEmpty() ? "" : " (" + login.detail() + ")") + ", expected "
                                + expected
                                + "; so far " + soFar + ". Next: let this address lead to this server, and run again");
            }
        }
    }

    /** The password to write into {@code requirepass}, if the server has one and it would be out of date. */
    private List<Credential> requirepass(List<Change> changes) {
        for (Change change : changes) {
            List<Credential> accept = change.wanted().accept();
            if (isDefault(change)
                    && change.accept().size() == 1
                    && persistence.kind() != Persistence.Kind.ACL_SAVE
                    && session.send(List.of("CONFIG", "GET", "requirepass")) instanceof Reply.Answer answer
                    && answer.value() instanceof List<?> pair
                    && pair.size() == 2
                    && !((String) pair.get(1)).isEmpty()
                    && !pair.get(1).equals(accept.get(0).password().reveal())) {
                if (accept.get(0).password().revealBytes().length > LONGEST_REQUIREPASS) {
                    throw new AdapterException(
                            Reason.VALUE_REJECTED,
                            account(change) + ": the password is longer than the " + LONGEST_REQUIREPASS
                                    + " bytes that requirepass takes; " + soFar);
                }
                return List.of(accept.get(0));
            }
        }
        return List.of();
    }

    private Applied applied(Change change, boolean requirepass) {
        int accept = change.accept().size();
        int refused = change.unwanted().size();
        return new Applied(
                change.wanted().who(),
                change.widens() || change.narrows() || requirepass,
                accept + (accept == 1 ? " password" : " passwords")
                        + (change.wanted().mayLogin() ? " accepted, " : " stored and refused, ") + refused
                        + " others and a wrong one refused, by login through "
                        + endpoints.stream().map(Endpoint::toString).collect(Collectors.joining(", ")) + "; "
                        + persistence);
    }

    private String account(Change change) {
        return "account " + change.wanted().who() + " on redis " + session.at();
    }

    private static String names(List<Change> changes) {
        return changes.stream().map(change -> change.wanted().who().name()).collect(Collectors.joining(", "));
    }

    private static boolean isDefault(Change change) {
        return change.wanted().who().name().equals(DEFAULT);
    }

    private static Set<String> union(Set<String> some, Set<String> others) {
        Set<String> all = new TreeSet<>(some);
        all.addAll(new HashSet<>(others));
        return all;
    }
}
