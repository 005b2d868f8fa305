package dev.keyturn.steps.look;

import dev.keyturn.spi.SecretValue;
import dev.keyturn.steps.backup.BackedUpValue;
import dev.keyturn.steps.look.Candidate.BackedUp;
import dev.keyturn.steps.look.Candidate.Given;
import dev.keyturn.steps.look.Candidate.Published;
import dev.keyturn.steps.store.Version;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Which of the values that were found a secret has now, when the store does not know. An account's server decides it by logins. Where no
 * server can, copies that agree are believed; where there is none, the operator's file, then the newest backup; and where copies differ, these two say
 * which copy is right, if one of them is. Never a new value.
 */
public sealed interface Choice {
    /**
     * A value was found.
     *
     * @param proven whether the account's server takes it, and refuses a wrong one
     * @param because why this one, where there was more than one; otherwise empty
     */
    record Taken(Candidate candidate, boolean proven, String because) implements Choice {}

    /** No value was found anywhere. */
    record Nothing() implements Choice {}

    /** @param found what the account's server refuses, which is all that was found */
    record Refused(String found) implements Choice {}

    /** @param found which copies differ, with nothing to say which is right */
    record Undecided(String found) implements Choice {}

    /** The account that a secret opens. */
    interface Probe {
        /** Whether it tells a right value from a wrong one now: it answers, and refuses a wrong one. */
        boolean answers();

        /** @throws dev.keyturn.spi.AdapterException UNAVAILABLE if it does not answer any more */
        boolean takes(SecretValue value);
    }

    /** The values of a secret in backups, each opened when everything newer was asked in vain. */
    interface Older {
        Optional<BackedUpValue> first(Predicate<BackedUpValue> wanted);

        /** What was current when the newest backup that knows the secret was written. */
        default Optional<Candidate> newest() {
            return first(each -> each.status() == Version.Status.CURRENT).map(Choice::candidate);
        }
    }

    /**
     * Chooses.
     *
     * @param here what is published, each value once, and what the operator gave; in the order in which they are to be tried
     * @param probe empty for a secret that opens no account
     */
    static Choice among(List<Candidate> here, Older older, Optional<Probe> probe) {
        return probe.filter(Probe::answers)
                .map(account -> proven(here, older, account))
                .orElseGet(() -> unproven(here, older));
    }

    private static Choice proven(List<Candidate> here, Older older, Probe account) {
        for (Candidate candidate : here) {
            if (account.takes(candidate.value())) {
                return new Taken(candidate, true, here.size() > 1 ? "the one that the server accepts" : "");
            }
        }
        Optional<BackedUpValue> living =
                older.first(each -> !isAmong(here, each.value()) && account.takes(each.value()));
        if (living.isPresent()) {
            return new Taken(candidate(living.get()), true, "the server accepts it");
        }
        Optional<BackedUpValue> dead = older.first(each -> true);
        if (here.isEmpty() && dead.isEmpty()) {
            return new Nothing();
        }
        return new Refused("refuses " + (here.isEmpty() ? "" : "the published password (" + places(here) + ")")
                + (here.isEmpty() || dead.isEmpty() ? "" : " and ")
                + (dead.isEmpty() ? "" : "every value in the backups"));
    }

    private static Choice unproven(List<Candidate> here, Older older) {
        List<Candidate> published =
                here.stream().filter(c -> c.source() instanceof Published).toList();
        Optional<Candidate> given =
                here.stream().filter(c -> c.source() instanceof Given).findFirst();
        if (published.size() == 1) {
            return new Taken(published.get(0), false, "");
        } else if (published.isEmpty()) {
            return given.or(older::newest)
                    .<Choice>map(only -> new Taken(only, false, ""))
                    .orElse(new Nothing());
        }
        return given.flatMap(decides -> among(published, decides))
                .or(() -> older.newest().flatMap(decides -> among(published, decides)))
                .orElseGet(() -> new Undecided("copies differ: " + places(published)));
    }

    private static Optional<Choice> among(List<Candidate> published, Candidate deciding) {
        return published.stream()
                .filter(copy -> copy.value().equals(deciding.value()))
                .findFirst()
                .map(copy -> new Taken(copy, false, "as in " + deciding.source().words()));
    }

    private static boolean isAmong(List<Candidate> here, SecretValue value) {
        return here.stream().anyMatch(candidate -> candidate.value().equals(value));
    }

    private static Candidate candidate(BackedUpValue value) {
        return new Candidate(value.value(), new BackedUp(value.backup()));
    }

    private static String places(List<Candidate> candidates) {
        return candidates.stream()
                .map(candidate -> candidate.source() instanceof Published published
                        ? String.join(" and ", published.places())
                        : candidate.source().words())
                .collect(Collectors.joining("; "));
    }
}
