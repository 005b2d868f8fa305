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

/**
 * What a private PostgreSQL keeps on disk: its data, its rules of authentication, its log.
 *
 * @param place the folder that holds it all, and the socket
 */
record PostgresData(Path place) {
    /** How often a password is hashed; a setting since PostgreSQL 16. */
    static final String HASHINGS = "scram_iterations";

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
        List<String> command = program.command(
                "initdb",
                "--pgdata=" + folder(),
                "--username=" + superuser.user(),
                "--pwfile=/dev/stdin",
                "--auth-local=trust",
                "--auth-host=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C",
                "--wal-segsize=1",
                "--no-sync");
        // For the superuser's password, which is set before there is a configuration.
        if (serverSettings.containsKey(HASHINGS)) {
            command.add("--set=" + HASHINGS + "=" + serverSettings.get(HASHINGS));
        }
        Commands.Done done = Commands.run(command, superuser.password() + "\n");
        if (done.status() != 0) {
            throw new IllegalStateException("initdb failed: " + done.output());
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
