package dev.keyturn.demo;

import dev.keyturn.sandbox.Folders;
import dev.keyturn.sandbox.LoginTarget;
import dev.keyturn.sandbox.Watcher;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.Set;

/**
 * The folder of one demo, and all that one started later needs to know of it: where things are and which ports they have, no value.
 *
 * @param root the folder
 */
record Place(Path root) {
    private static final Set<PosixFilePermission> PRIVATE = PosixFilePermissions.fromString("rwx------");
    private static final Duration REMOVAL = Duration.ofSeconds(15);

    /** A folder that nobody else has. */
    static Place temporary() throws IOException {
        return new Place(Files.createTempDirectory("keyturn-demo-"));
    }

    /** The folder of this user's demo that crashes, which need not exist. */
    static Place ofCrash() {
        String user = System.getProperty("user.name").replaceAll("[^A-Za-z0-9]", "_");
        return new Place(Path.of(System.getProperty("java.io.tmpdir"), "keyturn-demo-" + user));
    }

    void create() throws IOException {
        Files.createDirectory(root, PosixFilePermissions.asFileAttribute(PRIVATE));
    }

    /** Whether a demo is there to go on with: the temporary folder is everybody's, so it must be this user's own. */
    boolean isOurs() throws IOException {
        if (!Files.isDirectory(root, java.nio.file.LinkOption.NOFOLLOW_LINKS) || !Files.isRegularFile(state())) {
            return false;
        }
        Path mine = Files.createTempFile("keyturn", "");
        try {
            return Files.getOwner(root).equals(Files.getOwner(mine))
                    && Files.getPosixFilePermissions(root).equals(PRIVATE);
        } finally {
            Files.delete(mine);
        }
    }

    /** The system as a user would have it: manifest, key files, env files. */
    Path system() {
        return root.resolve("system");
    }

    Path manifest() {
        return system().resolve("keyturn.yaml");
    }

    /** A copy of the system's secret files from before Keyturn came. */
    Path before() {
        return root.resolve("before");
    }

    Path consumer() {
        return root.resolve("consumer");
    }

    /** While it is there, the next redeployment starts a consumer that ends at once. */
    Path failNext() {
        return root.resolve("fail-next");
    }

    /** While it is there, the next redeployment kills the process whose ID it holds. */
    Path killNext() {
        return root.resolve("kill-next");
    }

    private Path state() {
        return root.resolve("demo.properties");
    }

    void remember(int postgresPort, int redisPort, Path postgresFolder, Path redisFolder) throws IOException {
        Properties state = new Properties();
        state.setProperty("postgres.port", Integer.toString(postgresPort));
        state.setProperty("redis.port", Integer.toString(redisPort));
        state.setProperty("postgres.folder", postgresFolder.toString());
        state.setProperty("redis.folder", redisFolder.toString());
        try (Writer writer = Files.newBufferedWriter(state())) {
            state.store(writer, null);
        }
    }

    private Properties remembered() {
        Properties state = new Properties();
        try (Reader reader = Files.newBufferedReader(state())) {
            state.load(reader);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return state;
    }

    LoginTarget postgres() {
        int port = Integer.parseInt(remembered().getProperty("postgres.port"));
        return new LoginTarget.Postgres("127.0.0.1", port, "postgres");
    }

    LoginTarget redis() {
        return new LoginTarget.Redis("127.0.0.1", Integer.parseInt(remembered().getProperty("redis.port")));
    }

    /** Every folder of this demo. The consumer runs in the last one, and is to end after what it logs in to. */
    List<Path> folders() {
        Properties state = remembered();
        return List.of(Path.of(state.getProperty("postgres.folder")), Path.of(state.getProperty("redis.folder")), root);
    }

    /** Lets servers, consumer and files outlive this process. */
    void grantAfterlife(Duration atMost) {
        folders().forEach(folder -> Watcher.grantAfterlife(folder, atMost));
    }

    /** Takes that back. */
    void endAfterlife() {
        folders().stream().filter(Files::isDirectory).forEach(Watcher::endAfterlife);
    }

    /**
     * Ends what a process that is gone has left here.
     *
     * @return what is still there; empty if nothing is
     */
    List<Path> remove() {
        List<Path> folders = folders();
        endAfterlife();
        // After a restart of the machine there is no watcher any more, and no process either.
        folders.stream()
                .filter(folder -> !Watcher.awaitRemoval(folder, REMOVAL))
                .forEach(Folders::delete);
        return folders.stream().filter(Files::exists).toList();
    }
}
