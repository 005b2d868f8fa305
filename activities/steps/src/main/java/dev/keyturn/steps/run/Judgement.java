package dev.keyturn.steps.run;

import dev.keyturn.steps.look.Found;
import dev.keyturn.steps.look.Found.AccountFound;
import dev.keyturn.steps.look.Found.CopyFound;
import dev.keyturn.steps.look.Known;
import dev.keyturn.steps.look.Stand;
import dev.keyturn.steps.manifest.Kind;
import dev.keyturn.steps.manifest.Reference;
import dev.keyturn.steps.manifest.Secret;
import dev.keyturn.steps.plan.Wanted;
import dev.keyturn.workflows.contract.Purpose;
import dev.keyturn.workflows.contract.Remark;
import dev.keyturn.workflows.contract.Remark.Severity;
import dev.keyturn.workflows.contract.Request;
import java.util.ArrayList;
import java.util.List;

/** What the findings of a survey mean for a request. Pure. */
final class Judgement {
    private final Request request;
    private final List<Wanted> wanted;

    Judgement(Request request, List<Wanted> wanted) {
        this.request = request;
        this.wanted = wanted;
    }

    List<Remark> remarks(Found found) {
        List<Remark> remarks = new ArrayList<>();
        found.accounts().forEach(account -> judge(account, remarks));
        found.copies().forEach(copy -> judge(copy, found, remarks));
        return remarks;
    }

    /** What is not the run's, and unknown: it would be written over along with the run's own, so nothing is begun. */
    List<Remark> besides(List<CopyFound> copies) {
        List<Remark> remarks = new ArrayList<>();
        copies.stream()
                .filter(copy -> copy.stand() == Stand.NEITHER && !(copy.known() instanceof Known.InStore))
                .forEach(copy -> blocks(
                        copy,
                        "the current version, which this run would write there with its own",
                        "take the value over where it comes from, or put the current one back, then: keyturn check",
                        remarks));
        return remarks;
    }

    /** Whether an account or a copy of this secret is not as the store's current version says. */
    boolean needsMending(Secret secret, Found found) {
        boolean account = found.accounts().stream().anyMatch(a -> a.secret().equals(secret) && isNotAsWanted(a));
        boolean copy = found.copies().stream()
                .filter(c -> c.reference().secret().equals(secret.name()))
                .anyMatch(c -> c.stand() == Stand.NEITHER || c.stand() == Stand.ABSENT);
        return account || copy;
    }

    private static boolean isNotAsWanted(AccountFound account) {
        return account.stand() == Stand.NEITHER || hasMore(account);
    }

    private static boolean hasMore(AccountFound account) {
        return account.stand() == Stand.BOTH && account.known() instanceof Known.InStore;
    }

    private void judge(AccountFound account, List<Remark> remarks) {
        if (hasMore(account)) {
            remarks.add(new Remark(
                    request.purpose() == Purpose.REPAIR ? Severity.NOTES : Severity.BLOCKS,
                    account.name(),
                    "accepts the current version and " + account.known().words(),
                    "the current version alone",
                    request.purpose() == Purpose.REPAIR ? "" : "keyturn repair"));
        }
        switch (account.stand()) {
            case OPEN ->
                remarks.add(new Remark(
                        Severity.BLOCKS,
                        account.name(),
                        "a wrong password is accepted too: authentication is off",
                        "a server that refuses wrong passwords",
                        "turn authentication on, then: keyturn check"));
            case UNREACHABLE ->
                remarks.add(new Remark(
                        request.purpose() == Purpose.SETUP ? Severity.WARNS : Severity.BLOCKS,
                        account.name(),
                        "does not answer: " + account.detail(),
                        request.purpose() == Purpose.SETUP
                                ? "if it is not set up yet: to be initialised with what is published"
                                : "an answer",
                        "start it, or correct its host and port in the manifest, then: keyturn check"));
            case UNASKED ->
                remarks.add(new Remark(
                        Severity.BLOCKS,
                        account.name(),
                        "could not be looked at: " + account.detail(),
                        "a server that lets Keyturn look",
                        "correct what that says, then: keyturn check"));
            case NEITHER -> judgeUnknown(account, remarks);
            case OLD, NEW, BOTH, ABSENT, UNSEEN -> {}
        }
    }

    private void judgeUnknown(AccountFound account, List<Remark> remarks) {
        if (request.purpose() == Purpose.REPAIR && account.known() instanceof Known.InStore) {
            remarks.add(new Remark(Severity.NOTES, account.name(), account.detail(), "the current version", ""));
        } else if (request.purpose() == Purpose.SETUP && request.force()) {
            remarks.add(new Remark(
                    Severity.WARNS,
                    account.name(),
                    "accepts none of the known values",
                    "it is overwritten because of --force",
                    ""));
        } else {
            remarks.add(new Remark(
                    Severity.BLOCKS,
                    account.name(),
                    "refuses the " + (isFirst(account.secret()) ? "published" : "current") + " password; "
                            + account.detail(),
                    "a login with it",
                    request.purpose() == Purpose.SETUP
                            ? "publish its real password and run keyturn setup, or set a new one: keyturn setup --force"
                            : nextOf(account.known())));
        }
    }

    private static String nextOf(Known known) {
        if (known instanceof Known.InStore) {
            return "keyturn repair";
        }
        return known instanceof Known.InBackup
                ? "the store does not know this value any more: set the current one at the server, then: keyturn check"
                : "find out who changed it; keyturn check shows the state";
    }

    private void judge(CopyFound copy, Found found, List<Remark> remarks) {
        if (copy.stand() == Stand.ABSENT && request.purpose() == Purpose.ROTATE) {
            remarks.add(new Remark(
                    Severity.WARNS, copy.name(), "nothing there", "the current version", "it will be written"));
        } else if (copy.stand() == Stand.NEITHER) {
            judgeUnknown(copy, found, remarks);
        }
    }

    private void judgeUnknown(CopyFound copy, Found found, List<Remark> remarks) {
        Secret secret = secretOf(copy.reference());
        boolean derived = secret != null && secret.kind() instanceof Kind.Derived;
        boolean inStore = copy.known() instanceof Known.InStore;
        switch (request.purpose()) {
            case REPAIR -> {
                boolean provenWrong =
                        found.accounts().stream().anyMatch(a -> a.secret().equals(secret) && a.stand() == Stand.BOTH);
                if (derived || inStore || provenWrong) {
                    String why = derived
                            ? "it is derived anew"
                            : inStore
                                    ? "the current version is put there"
                                    : "the server accepts the store's value, not this one";
                    remarks.add(new Remark(Severity.NOTES, copy.name(), copy.detail(), why, ""));
                } else {
                    blocks(
                            copy,
                            "the current version",
                            "decide which value is right; put it at every place, then: keyturn check",
                            remarks);
                }
            }
            case SETUP -> {
                if (request.force()) {
                    remarks.add(new Remark(
                            Severity.WARNS, copy.name(), copy.detail(), "it is overwritten because of --force", ""));
                } else if (isFirst(secret)) {
                    blocks(
                            copy,
                            "the value that is taken over",
                            "keyturn import takes over the values, then keyturn repair makes the copies agree",
                            remarks);
                } else {
                    blocks(copy, "the current version", "keyturn repair", remarks);
                }
            }
            case IMPORT -> {
                if (isFirst(secret) && derived) {
                    remarks.add(new Remark(
                            Severity.WARNS,
                            copy.name(),
                            copy.detail() + ", not what its parts make",
                            "the value derived from its parts",
                            "keyturn repair derives it anew"));
                } else if (isFirst(secret) && inStore) {
                    remarks.add(new Remark(
                            Severity.WARNS,
                            copy.name(),
                            "it holds another value than the one that is taken over",
                            "the same at every place",
                            "keyturn repair brings it to that one"));
                } else {
                    blocks(copy, "the current version", "keyturn repair", remarks);
                }
            }
            case ROTATE -> blocks(copy, "the current version", "keyturn repair", remarks);
        }
    }

    private static void blocks(CopyFound copy, String expected, String next, List<Remark> remarks) {
        remarks.add(
                copy.reference().part() == Reference.Part.USER
                        ? new Remark(
                                Severity.BLOCKS,
                                copy.name(),
                                copy.detail(),
                                "the user name that the manifest gives to the account",
                                "correct it there, or in the manifest, then: keyturn check")
                        : new Remark(Severity.BLOCKS, copy.name(), copy.detail(), expected, next));
    }

    private boolean isFirst(Secret secret) {
        return wanted.stream().anyMatch(w -> w.secret().equals(secret) && w.from() == 0);
    }

    private Secret secretOf(Reference reference) {
        return wanted.stream()
                .map(Wanted::secret)
                .filter(s -> s.name().equals(reference.secret()))
                .findFirst()
                .orElse(null);
    }
}
