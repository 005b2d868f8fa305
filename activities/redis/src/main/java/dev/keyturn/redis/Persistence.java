package dev.keyturn.redis;

import dev.keyturn.spi.AdapterException;
import dev.keyturn.spi.AdapterException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How this server's accounts outlive a restart.
 *
 * @param file the file on the server that is written, as far as it is known
 */
record Persistence(Kind kind, String file) {
    static final String AUTO = "auto";

    /** What can be told to the server. */
    enum Kind {
        /** Users live in an aclfile. */
        ACL_SAVE("acl-save", "ACL SAVE"),
        /** Users and {@code requirepass} live in the configuration file. */
        CONFIG_REWRITE("config-rewrite", "CONFIG REWRITE"),
        /** There is no file: the next start takes passwords from its arguments or environment. */
        NONE("none", "");

        private final String choice;
        private final String command;

        Kind(String choice, String command) {
            this.choice = choice;
            this.command = command;
        }
    }

    static List<String> choices() {
        return Stream.concat(Stream.of(AUTO), Stream.of(Kind.values()).map(kind -> kind.choice))
                .toList();
    }

    /**
     * Looks.
     *
     * @param choice of the manifest
     * @throws AdapterException DENIED if the administrator may not look; CONFIGURATION if the choice would persist nothing
     */
    static Persistence find(Session session, String choice) {
        if (choice.equals(Kind.NONE.choice)) {
            return new Persistence(Kind.NONE, "");
        }
        String aclFile = setting(session, "aclfile");
        String configFile = Info.read(session, "server").get("config_file");
        Kind found = !aclFile.isEmpty() ? Kind.ACL_SAVE : !configFile.isEmpty() ? Kind.CONFIG_REWRITE : Kind.NONE;
        if (!choice.equals(AUTO) && !choice.equals(found.choice)) {
            throw new AdapterException(
                    Reason.CONFIGURATION,
                    "redis " + session.at() + ", persist: " + choice + ": the server would persist nothing that way;"
                            + " found: " + new Persistence(found, aclFile.isEmpty() ? configFile : aclFile)
                            + "; nothing was changed. Next: persist: " + found.choice);
        }
        return new Persistence(found, aclFile.isEmpty() ? configFile : aclFile);
    }

    /** Whether the configuration file is written, in which {@code requirepass} may stand. */
    boolean rewrites() {
        return kind == Kind.CONFIG_REWRITE;
    }

    /** What to send; empty if there is nothing to send. */
    List<List<String>> commands() {
        return kind == Kind.NONE ? List.of() : List.of(List.of(kind.command.split(" ")));
    }

    /** Saves what the server knows now. */
    void save(Session session, String soFar) {
        for (List<String> command : commands()) {
            if (session.send(command) instanceof Reply.Refusal refusal) {
                throw failed(session, refusal, soFar);
            }
        }
    }

    /** What it means that the server could not save. */
    AdapterException failed(Session session, Reply.Refusal refusal, String soFar) {
        if (refusal.code().equals("NOPERM")) {
            return session.refused(refusal, kind.command, soFar);
        }
        return new AdapterException(
                Reason.UNAVAILABLE,
                "redis " + session.at() + " cannot save its accounts with " + kind.command + " in " + file + ": "
                        + refusal.text() + "; " + soFar
                        + ". Next: make the file and its folder writable for the server, with space left, and run again");
    }

    /**
     * Why saving would leave a server that does not start again, or starts with other users. CONFIG REWRITE writes user lines
     * without quoting them, and leaves those of included files beside its own: Redis 7.0.15 then ends with "Unbalanced quotes"
     * or "Duplicate user found".
     */
    Optional<String> hazard(Session session) {
        if (kind != Kind.CONFIG_REWRITE) {
            return Optional.empty();
        }
        for (Object line : session.list("ACL", "LIST")) {
            String user = (String) line;
            if (user.contains("\"") || user.contains("'")) {
                return Optional.of("user " + user.split(" ", 3)[1]
                        + " has a quotation mark in its name or rules, which CONFIG REWRITE writes so that the server cannot"
                        + " read " + file + " again");
            }
        }
        return includesUsers(session)
                ? Optional.of("a file that " + file + " includes defines users, and CONFIG REWRITE defines them again,"
                        + " so that the server does not start any more")
                : Optional.empty();
    }

    /** Only to be seen where the server is on this machine and its file may be read. */
    private boolean includesUsers(Session session) {
        if (!session.at().host().equals("localhost") && !session.at().host().startsWith("127.")) {
            return false;
        }
        try {
            Path config = Path.of(file);
            for (String line : Files.readAllLines(config)) {
                String[] words = line.strip().split("\\s+", 2);
                if (words.length == 2 && words[0].toLowerCase(Locale.ROOT).equals("include")) {
                    Path included = config.resolveSibling(words[1].replace("\"", ""));
                    if (Files.readAllLines(included).stream()
                            .anyMatch(l -> l.strip().toLowerCase(Locale.ROOT).startsWith("user "))) {
                        return true;
                    }
                }
            }
        } catch (IOException | InvalidPathException e) {
            return false;
        }
        return false;
    }

    /** For a person. */
    @Override
    public String toString() {
        return kind == Kind.NONE
                ? "nothing persists: the next start of the server takes its passwords from elsewhere"
                : kind.command + (file.isEmpty() ? "" : " to " + file);
    }

    private static String setting(Session session, String name) {
        List<?> pair = session.list("CONFIG", "GET", name);
        return pair.size() < 2 ? "" : (String) pair.get(1);
    }
}
