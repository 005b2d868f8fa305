package dev.keyturn.sandbox;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeSet;

/**
 * How a consumer is started: names and paths, never a value.
 *
 * @param folder the consumer's own: journal, pid and output stand there
 * @param healthPort where it serves {@code /health}, on the loopback address
 * @param interval the time between two logins to one target
 * @param envFiles read once at the start; a later one wins
 * @param logins what to log in to
 */
public record ConsumerConfig(Path folder, int healthPort, Duration interval, List<Path> envFiles, List<Login> logins) {
    /**
     * One target.
     *
     * @param name for the journal; no spaces
     * @param url as {@link LoginTarget#parse} takes it, or {@code env:KEY}
     * @param user empty if the URL has it
     * @param password where the password is: {@code env:KEY} or {@code file:PATH}; empty if the URL has it
     */
    public record Login(String name, String url, String user, String password) {
        /** A target whose whole URL is a key of an env file. */
        public static Login byUrl(String name, String key) {
            return new Login(name, "env:" + key, "", "");
        }

        public static Login byKey(String name, String url, String user, String key) {
            return new Login(name, url, user, "env:" + key);
        }

        public static Login byFile(String name, String url, String user, Path file) {
            return new Login(name, url, user, "file:" + file);
        }
    }

    public ConsumerConfig {
        folder = folder.toAbsolutePath();
        envFiles = List.copyOf(envFiles);
        logins = List.copyOf(logins);
    }

    Path file() {
        return folder.resolve("consumer.properties");
    }

    Path journal() {
        return folder.resolve("journal");
    }

    /** Holds the pid of the consumer that works: every target has taken its first login. */
    Path ready() {
        return folder.resolve("ready");
    }

    Path pid() {
        return folder.resolve("pid");
    }

    Path output() {
        return folder.resolve("output");
    }

    /** The credentials as they are now. */
    Map<String, LoginTarget.Access> read() throws IOException {
        Map<String, String> env = new LinkedHashMap<>();
        for (Path file : envFiles) {
            env.putAll(EnvFile.read(file));
        }
        Map<String, LoginTarget.Access> accesses = new LinkedHashMap<>();
        for (Login login : logins) {
            LoginTarget.Access parsed = LoginTarget.parse(resolve(login.url, env));
            accesses.put(
                    login.name,
                    login.password.isEmpty()
                            ? parsed
                            : new LoginTarget.Access(parsed.target(), login.user, resolve(login.password, env)));
        }
        return accesses;
    }

    private static String resolve(String source, Map<String, String> env) throws IOException {
        if (source.startsWith("env:")) {
            String value = env.get(source.substring("env:".length()));
            if (value == null) {
                throw new IOException("no env file has the key " + source.substring("env:".length()));
            }
            return value;
        }
        return source.startsWith("file:")
                ? Files.readString(Path.of(source.substring("file:".length()))).strip()
                : source;
    }

    void store() throws IOException {
        Properties properties = new Properties();
        properties.setProperty("health-port", Integer.toString(healthPort));
        properties.setProperty("interval-millis", Long.toString(interval.toMillis()));
        for (int i = 0; i < envFiles.size(); i++) {
            properties.setProperty("env-file." + i, envFiles.get(i).toString());
        }
        for (Login login : logins) {
            properties.setProperty("login." + login.name + ".url", login.url);
            properties.setProperty("login." + login.name + ".user", login.user);
            properties.setProperty("login." + login.name + ".password", login.password);
        }
        Files.createDirectories(folder);
        try (BufferedWriter writer = Files.newBufferedWriter(file())) {
            properties.store(writer, null);
        }
    }

    static ConsumerConfig load(Path file) throws IOException {
        Properties properties = new Properties();
        try (BufferedReader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        }
        List<Path> envFiles = new ArrayList<>();
        for (String path; (path = properties.getProperty("env-file." + envFiles.size())) != null; ) {
            envFiles.add(Path.of(path));
        }
        List<Login> logins = new ArrayList<>();
        for (String key : new TreeSet<>(properties.stringPropertyNames())) {
            if (key.startsWith("login.") && key.endsWith(".url")) {
                String prefix = key.substring(0, key.length() - "url".length());
                logins.add(new Login(
                        prefix.substring("login.".length(), prefix.length() - 1),
                        properties.getProperty(key),
                        properties.getProperty(prefix + "user"),
                        properties.getProperty(prefix + "password")));
            }
        }
        return new ConsumerConfig(
                file.toAbsolutePath().getParent(),
                Integer.parseInt(properties.getProperty("health-port")),
                Duration.ofMillis(Long.parseLong(properties.getProperty("interval-millis"))),
                envFiles,
                logins);
    }
}
