package dev.keyturn.demo;

import dev.keyturn.demo.Narrator.Shown;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Opens the newest backup with {@code gpg} and {@code tar} alone, as somebody would on a machine without Keyturn. */
final class PlainGpg {
    private static final int SECONDS = 30;
    private static final String OPEN = "gpg --batch --quiet --no-tty --homedir \"$1\" --pinentry-mode loopback"
            + " --passphrase-file \"$2\" --decrypt \"$3\" | tar -xf - -C \"$4\"";

    private final Place place;

    PlainGpg(Place place) {
        this.place = place;
    }

    boolean isInstalled() throws IOException {
        return run("command -v gpg && command -v tar") == 0;
    }

    /** That it holds every value from before the rotation. */
    Shown opensTheBackup() throws IOException {
        Path backup = newest();
        Path home = privately("gnupg");
        Path opened = privately("opened");
        try {
            int status = run(
                    OPEN,
                    home.toString(),
                    place.system().resolve("backup.pass").toString(),
                    backup.toString(),
                    opened.toString());
            int right = status == 0 ? right(opened) : 0;
            int all = keys().size();
            return new Shown(
                    right == all,
                    backup.getFileName().toString(),
                    status == 0
                            ? "gpg opens it: " + right + " of " + all + " values are those from before"
                            : "gpg does not open it (status " + status + ")");
        } finally {
            run("gpgconf --homedir \"$1\" --kill all", home.toString());
        }
    }

    private int right(Path opened) throws IOException {
        int right = 0;
        for (Path key : keys()) {
            String name = key.getFileName().toString().replaceFirst("\\.txt$", "");
            Path saved = opened.resolve("secrets").resolve(name).resolve("1.current");
            right += Files.exists(saved)
                            && Files.readString(saved)
                                    .equals(Files.readString(key).strip())
                    ? 1
                    : 0;
        }
        return right;
    }

    private List<Path> keys() throws IOException {
        try (Stream<Path> keys = Files.list(place.before().resolve("infra/secrets/keys"))) {
            return keys.toList();
        }
    }

    private Path newest() throws IOException {
        try (Stream<Path> all = Files.list(place.system().resolve("backups"))) {
            return all.filter(file -> file.toString().endsWith(".gpg"))
                    .max(Path::compareTo)
                    .orElseThrow(() -> new IOException("there is no backup"));
        }
    }

    private Path privately(String name) throws IOException {
        return Files.createTempDirectory(
                place.root(), name, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }

    private static int run(String script, String... arguments) throws IOException {
        Process process = new ProcessBuilder(Stream.concat(Stream.of("sh", "-c", script, "sh"), Stream.of(arguments))
                        .toList())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        process.getOutputStream().close();
        try {
            if (process.waitFor(SECONDS, TimeUnit.SECONDS)) {
                return process.exitValue();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly();
        return -1;
    }
}
