package dev.keyturn.sandbox;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a private PostgreSQL keeps on disk: its data, its rules of authentication, its log.
 *
 * @param place the folder that holds it all, and the socket
 */
record PostgresData(Path place) {
    /** How often a password is hashed; a setting since PostgreSQL 16. */
    static final String HASHINGS = "scram_iterations";

    /** Of data that are copied: no server ever runs with it. */
    private static final String REPLACED = "replaced-in-each-copy";

    Path folder() {
        return place.resolve("data");
    }

    Path log() {
        return place.resolve("server.log");
    }

    /**
     * Makes the data of a new server, whose superuser needs its password over TCP and none over the socket.
     *
     * @param serverSettings of {@code postgresql.conf}; they win over the sandbox's own
     */
    void initialise(
            PostgresProgram program,
            PrivatePostgres.Superuser superuser,
            String host,
            Map<String, String> serverSettings)
            throws IOException {
        Optional<PostgresTemplate> template =
                program.template(data -> initialise(program, data, superuser.user(), REPLACED, Map.of()));
        if (template.isPresent()) {
            template.get().copyTo(folder());
            setPassword(program, superuser, serverSettings);
        } else {
            initialise(program, folder(), superuser.user(), superuser.password(), serverSettings);
        }
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("listen_addresses", host);
        settings.put("unix_socket_directories", place.toString().length() > 80 ? "" : place.toString());
        settings.put("log_timezone", "UTC");
        // Data that ends with this process need not survive the machine.
        settings.put("fsync", "off");
        settings.putAll(serverSettings);
        List<String> lines = new ArrayList<>();
        settings.forEach((name, value) -> lines.add(name + " = '" + value.replace("'", "''") + "'"));
        Files.write(folder().resolve("postgresql.auto.conf"), lines, UTF_8);
        authenticateBy(List.of(
                "local all all trust",
                "local replication all trust",
                "host all all all scram-sha-256",
                "host replication all all scram-sha-256"));
    }

    private static void initialise(
            PostgresProgram program, Path data, String user, String password, Map<String, String> serverSettings)
            throws IOException {
        List<String> command = program.command(
                "initdb",
                "--pgdata=" + data,
                "--username=" + user,
                "--pwfile=/dev/stdin",
                "--auth-local=trust",
                "--auth-host=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C",
                "--wal-segsize=1",
                "--no-sync");
        hashings(serverSettings).ifPresent(times -> command.add("--set=" + times));
        Commands.Done done = Commands.run(command, password + "\n");
        if (done.status() != 0) {
            throw new SandboxException("initdb failed: " + done.output());
        }
    }

    /** In single-user mode: the password that the data were made with was another's. */
    private void setPassword(
            PostgresProgram program, PrivatePostgres.Superuser superuser, Map<String, String> serverSettings)
            throws IOException {
        List<String> command = program.command("postgres", "--single", "-D", folder().toString(), "-c", "fsync=off");
        hashings(serverSettings).ifPresent(times -> command.addAll(List.of("-c", times)));
        command.add("postgres");
        String name = superuser.user().replace("\"", "\"\"");
        String password = superuser.password().replace("'", "''");
        Commands.Done done = Commands.run(command, "ALTER ROLE \"" + name + "\" PASSWORD '" + password + "'\n");
        // A statement that fails does not show in the status.
        if (done.status() != 0 || done.output().contains("ERROR:")) {
            throw new SandboxException(
                    "The superuser's password was not set: " + done.output().replace(password, "***"));
        }
    }

    /** For the superuser's password, which is set before there is a configuration. */
    private static Optional<String> hashings(Map<String, String> serverSettings) {
        return Optional.ofNullable(serverSettings.get(HASHINGS)).map(times -> HASHINGS + "=" + times);
    }

    /** Replaces {@code pg_hba.conf}; a running server must be told to read it. */
    void authenticateBy(List<String> lines) {
        write("pg_hba.conf", lines);
    }

    /** Has this user of the operating system come in as these roles, where {@code pg_hba.conf} names the map. */
    void mapPeer(String map, String osUser, List<String> roles) {
        write(
                "pg_ident.conf",
                roles.stream()
                        .map(role -> map + " \"" + osUser + "\" \"" + role.replace("\"", "\"\"") + "\"")
                        .toList());
    }

    /** After a postmaster that was killed, whose number another process may have by now. */
    void forgetPostmaster() {
        try {
            Files.deleteIfExists(folder().resolve("postmaster.pid"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The postmaster writes its state to the eighth line of this file (miscinit.h, LOCK_FILE_LINE_PM_STATUS). */
    boolean saysReady(long postmaster) throws IOException {
        try {
            List<String> lines = Files.readAllLines(folder().resolve("postmaster.pid"), UTF_8);
            return lines.size() >= 8
                    && lines.get(0).equals(Long.toString(postmaster))
                    && lines.get(7).startsWith("ready");
        } catch (NoSuchFileException notYet) {
            return false;
        }
    }

    /** The postmaster says so before it reads the new rules, and takes no connection until it has read them. */
    int reloads() {
        return logText().split("received SIGHUP, reloading configuration files", -1).length;
    }

    /** What the server has logged since it was made. */
    String logText() {
        try {
            return Files.readString(log(), UTF_8);
        } catch (NoSuchFileException nothingYet) {
            return "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String lastOfLog() {
        String log = logText();
        return log.substring(Math.max(0, log.length() - 1000));
    }

    private void write(String name, List<String> lines) {
        try {
            Files.write(folder().resolve(name), lines, UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
