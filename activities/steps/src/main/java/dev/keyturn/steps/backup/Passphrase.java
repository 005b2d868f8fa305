package dev.keyturn.steps.backup;

import dev.keyturn.steps.store.PrivateFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** The first line of the passphrase file, as {@code gpg --passphrase-file} takes it. */
final class Passphrase {
    private Passphrase() {}

    /** @throws BackupException if it is missing, others may read it, or its first line is no passphrase */
    static char[] read(Path file) {
        try {
            if (!Files.isRegularFile(file)) {
                throw refused(
                        file,
                        "found no such file, expected the passphrase in its first line",
                        "make it, with mode 600");
            }
            if (PrivateFiles.tooOpen(file)) {
                throw refused(
                        file,
                        "found that others than its owner have rights to it, expected mode 600",
                        "chmod 600 " + file + ", and a new passphrase if others may have read it");
            }
            byte[] content = PrivateFiles.read(file);
            int end = 0;
            while (end < content.length && content[end] != '\n') {
                end++;
            }
            char[] passphrase = decode(file, ByteBuffer.wrap(content, 0, end));
            Arrays.fill(content, (byte) 0);
            return passphrase;
        } catch (IOException e) {
            throw refused(
                    file, "it cannot be read (" + PrivateFiles.reason(e) + ")", "look at its owner and at the disk");
        }
    }

    private static char[] decode(Path file, ByteBuffer line) {
        CharBuffer text;
        try {
            text = StandardCharsets.UTF_8.newDecoder().decode(line);
        } catch (CharacterCodingException e) {
            throw refused(file, "found a first line that is not UTF-8", "write a new passphrase");
        }
        char[] passphrase = new char[text.remaining()];
        text.get(passphrase);
        if (passphrase.length == 0) {
            throw refused(file, "found an empty first line, expected the passphrase", "write a passphrase into it");
        }
        if (passphrase[passphrase.length - 1] == '\r') {
            throw refused(
                    file,
                    "found a carriage return at the end of the first line, which nobody could type",
                    "save the file with Unix line ends");
        }
        return passphrase;
    }

    private static BackupException refused(Path file, String found, String next) {
        return new BackupException(file + ": " + found + "; no backup was read or written. Next: " + next + ".");
    }
}
