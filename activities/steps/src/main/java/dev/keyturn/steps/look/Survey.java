package dev.keyturn.steps.look;

import dev.keyturn.spi.AccountServer;
import dev.keyturn.spi.AdapterException;
import dev.keyturn.spi.Capabilities;
import dev.keyturn.spi.Credential;
import dev.keyturn.spi.Endpoint;
import dev.keyturn.spi.Field;
import dev.keyturn.spi.Login;
import dev.keyturn.spi.Principal;
import dev.keyturn.spi.SecretValue;
import dev.keyturn.steps.arrangement.Which;
import dev.keyturn.steps.backup.BackedUpValues;
import dev.keyturn.steps.look.Found.AccountFound;
import dev.keyturn.steps.look.Found.CopyFound;
import dev.keyturn.steps.manifest.Manifest;
import dev.keyturn.steps.manifest.Publication;
import dev.keyturn.steps.manifest.Reference;
import dev.keyturn.steps.manifest.Secret;
import dev.keyturn.steps.site.Servers;
import dev.keyturn.steps.site.Values;
import dev.keyturn.steps.store.State;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Looks at accounts and copies and says how each stands between old and new. Changes nothing. */
public final class Survey {
    private final Manifest manifest;
    private final State state;
    private final Values values;
    private final BackedUpValues backedUp;

    /** @param backedUp asked only about a value that no version of the store has */
    public Survey(Manifest manifest, State state, Values values, BackedUpValues backedUp) {
        this.manifest = manifest;
        this.state = state;
        this.values = values;
        this.backedUp = backedUp;
    }

    /** Looks at the accounts of these secrets and at every copy of them. */
    public Found look(Servers servers, Copies copies, Collection<String> secrets) {
        Predicate<Secret> wanted = secret -> secrets.contains(secret.name());
        List<AccountFound> accounts = manifest.secrets().values().stream()
                .filter(wanted.and(secret -> secret.account().isPresent()))
                .map(secret -> account(servers, secret))
                .toList();
        List<CopyFound> found = new ArrayList<>();
        for (Publication publication : manifest.publications()) {
            publication.fields().forEach((field, reference) -> {
                if (secrets.contains(reference.secret())) {
                    found.add(copy(copies, publication, field, reference));
                }
            });
        }
        return new Found(accounts, found);
    }

    /** The copies of other secrets that stand beside these in one publication, so that whoever writes it writes them too. */
    public List<CopyFound> beside(Copies copies, Collection<String> secrets) {
        List<CopyFound> found = new ArrayList<>();
        for (Publication publication : manifest.publications()) {
            boolean written = publication.fields().values().stream().anyMatch(r -> secrets.contains(r.secret()));
            publication.fields().forEach((field, reference) -> {
                boolean other = !secrets.contains(reference.secret())
                        && state.current(reference.secret()).isPresent();
                if (written && other) {
                    found.add(copy(copies, publication, field, reference));
                }
            });
        }
        return found;
    }

    private AccountFound account(Servers servers, Secret secret) {
        if (!secret.account().orElseThrow().login()) {
            return new AccountFound(secret, Stand.UNSEEN, Known.NOTHING, "must not log in");
        }
        try {
            AccountServer server = servers.of(secret);
            Stand worst = null;
            String detail = "";
            for (Endpoint endpoint : server.endpoints()) {
                Login old = login(server, endpoint, secret, Which.OLD);
                Login young = sameOnBothSides(secret) ? old : login(server, endpoint, secret, Which.NEW);
                Stand stand = stand(old, young);
                detail = stand == Stand.UNREACHABLE ? unanswered(endpoint, old, young) : detail;
                worst = worst == null || worst == stand ? stand : worse(worst, stand);
            }
            if (worst == Stand.NEITHER) {
                Known known = whatWorks(server, secret);
                return new AccountFound(secret, worst, known, accepts(known));
            }
            Known besides =
                    worst == Stand.BOTH && sameOnBothSides(secret) ? whatWorksToo(server, secret) : Known.NOTHING;
            return new AccountFound(secret, worst, besides, detail);
        } catch (AdapterException e) {
            Stand stand = e.reason() == AdapterException.Reason.UNAVAILABLE ? Stand.UNREACHABLE : Stand.UNASKED;
            return new AccountFound(secret, stand, Known.NOTHING, e.getMessage());
        }
    }

    private static String unanswered(Endpoint endpoint, Login old, Login young) {
        String detail = old.result() == Login.Result.UNREACHABLE ? old.detail() : young.detail();
        return detail.startsWith(endpoint.toString()) ? detail : endpoint + ": " + detail;
    }

    private boolean sameOnBothSides(Secret secret) {
        return values.number(secret.name(), Which.OLD).equals(values.number(secret.name(), Which.NEW));
    }

    private Login login(AccountServer server, Endpoint endpoint, Secret secret, Which which) {
        return values.credential(secret, which)
                .map(credential -> server.login(endpoint, credential))
                .orElse(Login.refused("has no value"));
    }

    private static Stand stand(Login old, Login young) {
        if (old.result() == Login.Result.OPEN || young.result() == Login.Result.OPEN) {
            return Stand.OPEN;
        } else if (old.result() == Login.Result.UNREACHABLE || young.result() == Login.Result.UNREACHABLE) {
            return Stand.UNREACHABLE;
        } else if (old.isAccepted()) {
            return young.isAccepted() ? Stand.BOTH : Stand.OLD;
        }
        return young.isAccepted() ? Stand.NEW : Stand.NEITHER;
    }

    /** Of two endpoints that differ, the one that speaks more against going on. */
    private static Stand worse(Stand a, Stand b) {
        List<Stand> worstFirst =
                List.of(Stand.OPEN, Stand.UNREACHABLE, Stand.NEITHER, Stand.OLD, Stand.NEW, Stand.BOTH);
        return worstFirst.indexOf(a) < worstFirst.indexOf(b) ? a : b;
    }

    private Known whatWorks(AccountServer server, Secret secret) {
        Predicate<SecretValue> works = works(server, secret);
        return versionThat(works, secret)
                .orElseGet(() -> Known.of(backedUp.first(secret.name(), each -> works.test(each.value()))));
    }

    /** An account that accepts several values at once may have kept another version's, as when a store was lost in between. */
    private Known whatWorksToo(AccountServer server, Secret secret) {
        Principal who = secret.account().orElseThrow().user();
        if (values.known(secret).size() < 2 || server.capabilities(who).change() != Capabilities.Change.OVERLAP) {
            return Known.NOTHING;
        }
        Predicate<SecretValue> another =
                value -> !values.value(secret.name(), Which.NEW).equals(Optional.of(value));
        return versionThat(another.and(works(server, secret)), secret).orElse(Known.NOTHING);
    }

    private static Predicate<SecretValue> works(AccountServer server, Secret secret) {
        Endpoint endpoint = server.endpoints().get(0);
        return value -> server.login(
                        endpoint, new Credential(secret.account().orElseThrow().user(), value))
                .isAccepted();
    }

    private Optional<Known> versionThat(Predicate<SecretValue> fits, Secret secret) {
        return values.known(secret).stream()
                .map(Credential::password)
                .filter(fits)
                .findFirst()
                .flatMap(value -> state.versionOf(secret.name(), value))
                .map(Known::of);
    }

    private String accepts(Known known) {
        return known.equals(Known.NOTHING)
                ? "no version that the store knows logs in"
                        + (backedUp.opened() == 0 ? "" : ", nor what a backup holds")
                : "it accepts " + known.words();
    }

    private CopyFound copy(Copies copies, Publication publication, Field field, Reference reference) {
        Optional<SecretValue> found = copies.value(publication, field);
        if (found.isEmpty()) {
            return new CopyFound(publication, field, reference, Stand.ABSENT, Known.NOTHING, "");
        }
        Stand stand = stand(reference, found.get());
        if (stand != Stand.NEITHER) {
            return new CopyFound(publication, field, reference, stand, Known.NOTHING, "");
        } else if (reference.part() == Reference.Part.USER) {
            String detail = "it holds another user name";
            return new CopyFound(publication, field, reference, stand, Known.NOTHING, detail);
        }
        Known known = state.versionOf(reference.secret(), found.get())
                .map(Known::of)
                .orElseGet(() -> Known.of(
                        backedUp.first(reference.secret(), each -> each.value().equals(found.get()))));
        String detail = known.equals(Known.NOTHING)
                ? "it holds a value of " + found.get().length() + " characters that the store does not know"
                : "it holds " + known.words();
        return new CopyFound(publication, field, reference, stand, known, detail);
    }

    private Stand stand(Reference reference, SecretValue found) {
        if (reference.part() == Reference.Part.USER) {
            String user = manifest.secrets()
                    .get(reference.secret())
                    .account()
                    .orElseThrow()
                    .user()
                    .name();
            return found.equals(SecretValue.of(user)) ? Stand.BOTH : Stand.NEITHER;
        } else if (reference.part() == Reference.Part.PREVIOUS
                && state.versionOf(reference.secret(), found).isPresent()) {
            return Stand.BOTH;
        }
        boolean old = values.value(reference.secret(), Which.OLD).equals(Optional.of(found));
        boolean young = values.value(reference.secret(), Which.NEW).equals(Optional.of(found));
        return old && young ? Stand.BOTH : old ? Stand.OLD : young ? Stand.NEW : Stand.NEITHER;
    }
}
