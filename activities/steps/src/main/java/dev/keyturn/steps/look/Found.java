package dev.keyturn.steps.look;

import dev.keyturn.spi.Field;
import dev.keyturn.steps.manifest.Account;
import dev.keyturn.steps.manifest.Publication;
import dev.keyturn.steps.manifest.Reference;
import dev.keyturn.steps.manifest.Secret;
import java.util.List;
import java.util.stream.Stream;

/** What was found, object by object. */
public record Found(List<AccountFound> accounts, List<CopyFound> copies) {
    /** One thing that was looked at. */
    public sealed interface Seen permits AccountFound, CopyFound {
        Stand stand();

        /** What is known of its value if that is {@link Stand#NEITHER}, or of another one that it has beside the one wanted. */
        Known known();

        /** Its name for a person. */
        String name();

        /** What else is known of it, for a person; may be empty. */
        String detail();
    }

    /** An account, as it answered to logins. */
    public record AccountFound(Secret secret, Stand stand, Known known, String detail) implements Seen {
        @Override
        public String name() {
            Account account = secret.account().orElseThrow();
            return "account " + account + " (" + secret.name() + ")";
        }
    }

    /** A copy, as it was read. */
    public record CopyFound(
            Publication publication, Field field, Reference reference, Stand stand, Known known, String detail)
            implements Seen {
        @Override
        public String name() {
            return Copies.place(publication, field) + " (" + reference + ")";
        }
    }

    public Found {
        accounts = List.copyOf(accounts);
        copies = List.copyOf(copies);
    }

    public Stream<Seen> all() {
        return Stream.concat(accounts.stream(), copies.stream());
    }

    public boolean any(Stand stand) {
        return all().anyMatch(object -> object.stand() == stand);
    }
}
