package dev.keyturn.steps.secret;

import dev.keyturn.spi.Finding;
import dev.keyturn.spi.SecretValue;
import dev.keyturn.steps.manifest.Kind;
import dev.keyturn.steps.manifest.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads the values that the operator provides in env files, and changes nothing. Safe for use by several threads. */
public final class ProvidedValues {
    private static final Set<PosixFilePermission> OTHERS_READ =
            Set.of(PosixFilePermission.GROUP_READ, PosixFilePermission.OTHERS_READ);

    private ProvidedValues() {}

    /**
     * What was found for one secret.
     *
     * @param value empty exactly if a finding blocks
     * @param findings what is wrong with it; never a value
     */
    public record Reading(Optional<SecretValue> value, List<Finding> findings) {
        public Reading {
            findings = List.copyOf(findings);
        }
    }

    /**
     * Reads one provided value and checks it by {@link PolicyCheck}. Never throws because of what it finds.
     *
     * @param provided the secret's kind
     * @param production whether a weak value or a placeholder blocks or only warns
     */
    public static Reading read(Secret secret, Kind.Provided provided, boolean production) {
        String object = "secret " + secret.name() + ": " + provided.key() + " in " + provided.envFile();
        String next = "write " + provided.key() + "=… into " + provided.envFile();
        Optional<String> text;
        try {
            text = EnvText.of(provided.envFile()).value(provided.key());
        } catch (EnvText.NotUnderstood e) {
            return refused(Finding.blocks(object, e.getMessage(), e.expected(), "correct that line"));
        } catch (NoSuchFileException e) {
            return refused(Finding.blocks(object, "no such file", "an env file with this key", next));
        } catch (IOException e) {
            String found = Files.isDirectory(provided.envFile())
                    ? "a directory"
                    : "a file that cannot be read (" + e.getClass().getSimpleName() + ")";
            return refused(Finding.blocks(object, found, "a readable env file", next));
        }
        if (text.isEmpty()) {
            return refused(Finding.blocks(object, "no such key", "a line with this key", next));
        }
        if (text.get().isEmpty()) {
            return refused(Finding.blocks(object, "an empty value", "the value that the provider gave", next));
        }
        SecretValue value = SecretValue.of(text.get());
        List<Finding> findings = new ArrayList<>(PolicyCheck.value(secret, value, production));
        tooOpen(provided.envFile()).ifPresent(findings::add);
        boolean blocked = findings.stream().anyMatch(f -> f.severity() == Finding.Severity.BLOCKS);
        return new Reading(blocked ? Optional.empty() : Optional.of(value), findings);
    }

    private static Reading refused(Finding finding) {
        return new Reading(Optional.empty(), List.of(finding));
    }

    private static Optional<Finding> tooOpen(Path file) {
        PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
        if (view == null) {
            return Optional.empty();
        }
        try {
            return view.readAttributes().permissions().stream().anyMatch(OTHERS_READ::contains)
                    ? Optional.of(Finding.warns(
                            "file " + file, "readable by others than its owner", "mode 0600", "chmod 600 " + file))
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
