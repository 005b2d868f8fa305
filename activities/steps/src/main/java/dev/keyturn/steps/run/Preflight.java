package dev.keyturn.steps.run;

import dev.keyturn.spi.AccountState;
import dev.keyturn.spi.AdapterException;
import dev.keyturn.spi.Check;
import dev.keyturn.spi.Credential;
import dev.keyturn.spi.Finding;
import dev.keyturn.spi.ServerIdentity;
import dev.keyturn.steps.arrangement.Which;
import dev.keyturn.steps.manifest.Account;
import dev.keyturn.steps.manifest.Kind;
import dev.keyturn.steps.manifest.Manifest;
import dev.keyturn.steps.manifest.Publication;
import dev.keyturn.steps.manifest.Secret;
import dev.keyturn.steps.manifest.Server;
import dev.keyturn.steps.manifest.Service;
import dev.keyturn.steps.plan.Uses;
import dev.keyturn.steps.plan.Wanted;
import dev.keyturn.steps.secret.PolicyCheck;
import dev.keyturn.steps.site.Servers;
import dev.keyturn.steps.site.Site;
import dev.keyturn.steps.site.Values;
import dev.keyturn.steps.store.Run;
import dev.keyturn.workflows.contract.Purpose;
import dev.keyturn.workflows.contract.Remark;
import dev.keyturn.workflows.contract.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Asks every adapter that a run would use for what would make it fail later. Changes nothing. */
final class Preflight {
    private final Site site;
    private final Manifest manifest;
    private final Values values;
    private final Servers servers;
    private final Request request;
    private final List<Remark> remarks = new ArrayList<>();

    Preflight(Site site, Values values, Servers servers, Request request) {
        this.site = site;
        this.manifest = site.manifest();
        this.values = values;
        this.servers = servers;
        this.request = request;
    }

    List<Remark> remarks(List<Wanted> wanted, Map<String, Run.Move> moves) {
        wanted.forEach(this::policy);
        if (request.purpose() != Purpose.IMPORT) {
            for (Server server : manifest.servers().values()) {
                // As they are changed later: the administrator last and alone.
                for (boolean administrator : new boolean[] {false, true}) {
                    List<AccountState> states = states(server, administrator, wanted, moves);
                    if (!states.isEmpty()) {
                        ask("server " + server.name(), () -> servers.get(server).preflight(states));
                    }
                }
            }
            onePasswordForAnAccount(wanted);
            publications(wanted);
            services(wanted);
        }
        if (request.backup() && request.purpose() != Purpose.IMPORT) {
            site.backups().ifPresent(backups -> remarks.addAll(Remarks.of(backups.preflight())));
        }
        // A server that is asked twice says twice what concerns all its accounts.
        return remarks.stream().distinct().toList();
    }

    private void policy(Wanted wanted) {
        Secret secret = wanted.secret();
        values.value(secret.name(), Which.OLD)
                .or(() -> values.value(secret.name(), Which.NEW))
                .ifPresent(value ->
                        PolicyCheck.value(secret, value, false).forEach(finding -> remarks.add(Remarks.of(finding))));
    }

    private List<AccountState> states(
            Server server, boolean administrator, List<Wanted> wanted, Map<String, Run.Move> moves) {
        List<AccountState> states = new ArrayList<>();
        for (Wanted each : wanted) {
            Optional<Account> account =
                    each.secret().account().filter(a -> a.server().equals(server.name()));
            Optional<Credential> known =
                    values.credential(each.secret(), Which.OLD).or(() -> values.credential(each.secret(), Which.NEW));
            Run.Move move = moves.get(each.secret().name());
            boolean asked =
                    administrator == server.administrator().equals(each.secret().name());
            if (asked
                    && account.isPresent()
                    && known.isPresent()
                    && move.course().isPassword()) {
                states.add(new AccountState(
                        account.get().user(),
                        List.of(known.get()),
                        values.known(each.secret()),
                        account.get().login(),
                        move.overwrite() == Run.Overwrite.EVERYTHING));
            }
        }
        return states;
    }

    /** The manifest is read without a look at the servers, so that two names of one server pass for two servers there. */
    private void onePasswordForAnAccount(List<Wanted> wanted) {
        Set<String> names = wanted.stream().map(w -> w.secret().name()).collect(Collectors.toSet());
        List<Secret> all = List.copyOf(manifest.secrets().values());
        for (int i = 0; i < all.size(); i++) {
            Secret one = all.get(i);
            all.subList(i + 1, all.size()).stream()
                    .filter(other -> names.contains(one.name()) || names.contains(other.name()))
                    .filter(other -> sameUserElsewhere(one, other))
                    .forEach(other -> ask(both(one, other), () -> sameAccount(one, other)));
        }
    }

    private static String both(Secret one, Secret other) {
        return "accounts of " + one.name() + " and " + other.name();
    }

    private static boolean sameUserElsewhere(Secret one, Secret other) {
        return one.account().isPresent()
                && other.account().isPresent()
                && one.account().get().user().equals(other.account().get().user())
                && !one.account().get().server().equals(other.account().get().server());
    }

    private List<Finding> sameAccount(Secret one, Secret other) {
        ServerIdentity identity = servers.of(one).identity();
        return identity.equals(servers.of(other).identity())
                ? List.of(Finding.blocks(
                        both(one, other),
                        one.account().get() + " and " + other.account().get() + " are the same: both servers are "
                                + identity,
                        "one secret for an account",
                        "name the server once in the manifest"))
                : List.of();
    }

    private void publications(List<Wanted> wanted) {
        for (Publication publication : manifest.publications()) {
            boolean touched = wanted.stream()
                    .anyMatch(w -> publication.fields().values().stream()
                            .anyMatch(r -> r.secret().equals(w.secret().name())));
            if (touched) {
                ask(publication.name(), () -> site.publisher(publication).preflight());
            }
        }
    }

    private void services(List<Wanted> wanted) {
        Uses uses = new Uses(manifest);
        for (Service service : manifest.services().values()) {
            if (wanted.stream().anyMatch(w -> uses.reaches(service, w.secret().name()))) {
                ask("service " + service.name(), () -> site.redeployer(service).preflight());
                checks(service);
            }
        }
        wanted.stream()
                .filter(w -> !(w.secret().kind() instanceof Kind.Derived))
                .filter(w -> w.secret().account().filter(Account::login).isPresent())
                .filter(w -> manifest.services().values().stream()
                        .noneMatch(s -> uses.reaches(s, w.secret().name())))
                .forEach(w -> remarks.add(new Remark(
                        Remark.Severity.NOTES,
                        "secret " + w.secret().name(),
                        "no service of the manifest uses it",
                        "every consumer named, so that it is redeployed",
                        "")));
    }

    private void checks(Service service) {
        int number = 1;
        for (Check check : site.checks(service)) {
            String object = "check " + number++ + " of service " + service.name();
            ask(
                    object,
                    () -> check.preflight().stream()
                            .map(f -> new Finding(
                                    f.severity(), object + ", " + f.object(), f.found(), f.expected(), f.next()))
                            .toList());
        }
    }

    private void ask(String object, Supplier<List<Finding>> question) {
        try {
            remarks.addAll(Remarks.of(question.get()));
        } catch (AdapterException e) {
            boolean setup = request.purpose() == Purpose.SETUP && e.reason() == AdapterException.Reason.UNAVAILABLE;
            remarks.add(new Remark(
                    setup ? Remark.Severity.WARNS : Remark.Severity.BLOCKS,
                    object,
                    e.getMessage(),
                    "an answer",
                    "keyturn check"));
        }
    }
}
