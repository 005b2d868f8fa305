package dev.keyturn.steps.look;

import dev.keyturn.spi.AccountServer;
import dev.keyturn.spi.AdapterException;
import dev.keyturn.spi.Credential;
import dev.keyturn.spi.Endpoint;
import dev.keyturn.spi.Field;
import dev.keyturn.spi.Login;
import dev.keyturn.spi.SecretValue;
import dev.keyturn.steps.arrangement.Which;
import dev.keyturn.steps.look.Found.AccountFound;
import dev.keyturn.steps.look.Found.CopyFound;
import dev.keyturn.steps.manifest.Manifest;
import dev.keyturn.steps.manifest.Publication;
import dev.keyturn.steps.manifest.Reference;
import dev.keyturn.steps.manifest.Secret;
import dev.keyturn.steps.site.Servers;
import dev.keyturn.steps.site.Values;
import dev.keyturn.steps.store.State;
import dev.keyturn.steps.store.Version;
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

    public Survey(Manifest manifest, State state, Values values) {
        this.manifest = manifest;
        this.state = state;
        this.values = values;
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

    private AccountFound account(Servers servers, Secret secret) {
        if (!secret.account().orElseThrow().login()) {
            return new AccountFound(secret, Stand.UNSEEN, "must not log in");
        }
        try {
            AccountServer server = servers.of(secret);
            Stand worst = null;
            String detail = "";
            for (Endpoint endpoint : server.endpoints()) {
                Login old = login(server, endpoint, secret, Which.OLD);
                Login young = sameOnBothSides(secret) ? old : login(server, endpoint, secret, Which.NEW);
                Stand stand = stand(old, young);
                detail = stand == Stand.UNREACHABLE ? endpoint + ": " + old.detail() + young.detail() : detail;
                worst = worst == null || worst == stand ? stand : worse(worst, stand);
            }
            if (worst == Stand.NEITHER) {
                detail = olderVersionThatWorks(server, secret);
            }
            return new AccountFound(secret, worst, detail);
        } catch (AdapterException e) {
            Stand stand = e.reason() == AdapterException.Reason.UNAVAILABLE ? Stand.UNREACHABLE : Stand.NEITHER;
            return new AccountFound(secret, stand, e.getMessage());
        }
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

    private String olderVersionThatWorks(AccountServer server, Secret secret) {
        Endpoint endpoint = server.endpoints().get(0);
        for (Credential older : values.known(secret)) {
            if (server.login(endpoint, older).isAccepted()) {
                return "it accepts "
                        + versionOf(secret.name(), older.password())
                                .map(v -> "version " + v.number() + ", which is " + word(v))
                                .orElse("an older version");
            }
        }
        return "no version that the store knows logs in";
    }

    private CopyFound copy(Copies copies, Publication publication, Field field, Reference reference) {
        Optional<SecretValue> found = copies.value(publication, field);
        if (found.isEmpty()) {
            return new CopyFound(publication, field, reference, Stand.ABSENT, "");
        }
        if (reference.part() == Reference.Part.USER) {
            SecretValue user = SecretValue.of(manifest.secrets()
                    .get(reference.secret())
                    .account()
                    .orElseThrow()
                    .user()
                    .name());
            Stand stand = found.get().equals(user) ? Stand.BOTH : Stand.NEITHER;
            return new CopyFound(publication, field, reference, stand, "");
        }
        boolean old = found.equals(values.value(reference.secret(), Which.OLD));
        boolean young = found.equals(values.value(reference.secret(), Which.NEW));
        Optional<Version> known = versionOf(reference.secret(), found.get());
        if (reference.part() == Reference.Part.PREVIOUS && known.isPresent()) {
            return new CopyFound(publication, field, reference, Stand.BOTH, "");
        }
        Stand stand = old && young ? Stand.BOTH : old ? Stand.OLD : young ? Stand.NEW : Stand.NEITHER;
        String detail = stand != Stand.NEITHER
                ? ""
                : known.map(v -> "it holds version " + v.number() + ", which is " + word(v))
                        .orElse("it holds a value of " + found.get().length()
                                + " characters that the store does not know");
        return new CopyFound(publication, field, reference, stand, detail);
    }

    private Optional<Version> versionOf(String secret, SecretValue value) {
        return state.versions().stream()
                .filter(v -> v.secret().equals(secret) && v.value().equals(Optional.of(value)))
                .findFirst();
    }

    private static String word(Version version) {
        return version.status().name().toLowerCase(java.util.Locale.ROOT);
    }
}
