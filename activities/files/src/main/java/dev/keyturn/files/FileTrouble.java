package dev.keyturn.files;

import dev.keyturn.spi.AdapterException;
import dev.keyturn.spi.AdapterException.Reason;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Locale;

/** Says what the operating system refused, in the words of the one exception that leaves an adapter. */
final class FileTrouble {
    private FileTrouble() {}

    /**
     * @param doing what was tried, as a verb: {@code "read"}
     * @param path what it was tried on; only its name reaches the message, never its content
     */
    static AdapterException of(String doing, Path path, IOException trouble) {
        return of(doing, path, trouble, "nothing was changed");
    }

    /** @param changed what has changed so far */
    static AdapterException of(String doing, Path path, IOException trouble, String changed) {
        String system = system(trouble);
        Reason reason = reason(trouble, system.toLowerCase(Locale.ROOT));
        return new AdapterException(
                reason, "cannot " + doing + " " + path + ": " + system + "; " + changed + "; " + next(reason));
    }

    private static String system(IOException trouble) {
        if (trouble instanceof NoSuchFileException) {
            return "it does not exist";
        }
        if (trouble instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (trouble instanceof NotDirectoryException) {
            return "not a directory";
        }
        String words = trouble instanceof FileSystemException named ? named.getReason() : trouble.getMessage();
        return words == null ? trouble.getClass().getSimpleName() : words;
    }

    /** The words are strerror(3)'s in the C locale or another: the classes decide where there is one. */
    private static Reason reason(IOException trouble, String words) {
        if (trouble instanceof AccessDeniedException
                || words.contains("not permitted")
                || words.contains("read-only file system")) {
            return Reason.DENIED;
        }
        // EBUSY is what a rename onto a mount point gives: a file that is bind-mounted by itself can only be
        // overwritten in place, which can tear it.
        if (trouble instanceof NotDirectoryException
                || words.contains("not a directory")
                || words.contains("resource busy")
                || words.contains("file name too long")) {
            return Reason.CONFIGURATION;
        }
        return Reason.UNAVAILABLE;
    }

    private static String next(Reason reason) {
        return switch (reason) {
            case DENIED -> "give the worker's user the right, or run it as the owner";
            case CONFIGURATION -> "name a path in the manifest that can be replaced by a rename";
            default -> "remove the cause and run the command again";
        };
    }
}
