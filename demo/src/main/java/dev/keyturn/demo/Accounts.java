package dev.keyturn.demo;

import dev.keyturn.demo.Narrator.Shown;
import dev.keyturn.sandbox.ElevenSecrets;
import dev.keyturn.sandbox.LoginFailed;
import dev.keyturn.sandbox.LoginTarget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * Logs in at every account over TCP with what its key file holds and with what it held before, apart from Keyturn: another
 * client, and for Redis its bare protocol.
 */
final class Accounts {
    private final Place place;
    private final List<Account> accounts = new ArrayList<>();

    private record Account(String secret, String user, LoginTarget target) {}

    private enum Answer {
        ACCEPTED,
        ACCEPTED_WITHOUT_LOGIN,
        REFUSED,
        UNKNOWN
    }

    Accounts(Place place) {
        this.place = place;
        accounts.add(new Account("postgres_password", "postgres", place.postgres()));
        new TreeMap<>(ElevenSecrets.ROLES)
                .forEach((secret, role) -> accounts.add(new Account(secret, role, place.postgres())));
        accounts.add(new Account("redis_password", "default", place.redis()));
    }

    /** That each account takes what its key file holds now and nothing older. */
    List<Shown> rotated() throws IOException {
        List<Shown> shown = new ArrayList<>();
        for (Account account : accounts) {
            String now = value(place.system(), account);
            String before = value(place.before(), account);
            boolean changed = !now.equals(before);
            Answer newValue = ask(account, now);
            Answer oldValue = ask(account, before);
            shown.add(new Shown(
                    changed && isAccepted(newValue) && oldValue == Answer.REFUSED,
                    account.user,
                    changed ? "new " + word(newValue) + ", old " + word(oldValue) : "its key file was not changed"));
        }
        return shown;
    }

    /** That each account takes what its key file held at the start, and the file holds that. */
    List<Shown> asBefore() throws IOException {
        List<Shown> shown = new ArrayList<>();
        for (Account account : accounts) {
            String before = value(place.before(), account);
            Answer answer = ask(account, before);
            boolean same = value(place.system(), account).equals(before);
            shown.add(new Shown(
                    same && isAccepted(answer),
                    account.user,
                    "old " + word(answer) + (same ? ", and its key file holds it" : ", but its key file differs")));
        }
        return shown;
    }

    private static boolean isAccepted(Answer answer) {
        return answer == Answer.ACCEPTED || answer == Answer.ACCEPTED_WITHOUT_LOGIN;
    }

    private static String word(Answer answer) {
        return switch (answer) {
            case ACCEPTED -> "accepted";
            case ACCEPTED_WITHOUT_LOGIN -> "accepted (a role that may not log in)";
            case REFUSED -> "refused";
            case UNKNOWN -> "got no clear answer";
        };
    }

    private static String value(Path system, Account account) throws IOException {
        return Files.readString(system.resolve("infra/secrets/keys").resolve(account.secret + ".txt"))
                .strip();
    }

    /**
     * PostgreSQL looks whether a role may log in only after its password was right (SQLSTATE 28000; a wrong password is
     * 28P01). Redis says WRONGPASS.
     */
    private static Answer ask(Account account, String value) {
        try {
            account.target.login(account.user, value);
            return Answer.ACCEPTED;
        } catch (LoginFailed e) {
            return switch (String.valueOf(e.getMessage())) {
                case "SQLSTATE 28000" -> Answer.ACCEPTED_WITHOUT_LOGIN;
                case "SQLSTATE 28P01", "WRONGPASS" -> Answer.REFUSED;
                default -> Answer.UNKNOWN;
            };
        }
    }
}
