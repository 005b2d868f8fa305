package dev.keyturn.steps.audit;

import dev.keyturn.steps.store.AuditHead;
import dev.keyturn.steps.store.PrivateFiles;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Reads an audit's file.
 *
 * <p>A crash may leave a part of a line at the end. It is never removed: the next writer ends it with a line end and adds an entry that names its
 * bytes, so that a part which is followed by such an entry is no sign of tampering, and any other is.
 */
final class AuditFile {
    private static final String HEALED = "healed";

    /** More than any entry that is written. */
    private static final int END_BYTES = 64 * 1024;

    private final Path file;
    private final Chain chain;

    /**
     * The end of the file.
     *
     * @param size of the file in bytes
     * @param head of the last whole entry
     * @param torn what follows it
     * @param terminated whether the file ends with a line end, or is empty
     */
    record Tail(long size, AuditHead head, byte[] torn, boolean terminated) {
        static final Tail EMPTY = new Tail(0, AuditHead.NONE, new byte[0], true);
    }

    AuditFile(Path file, Chain chain) {
        this.file = file;
        this.chain = chain;
    }

    Chain chain() {
        return chain;
    }

    /** The entry that explains what a crash left. */
    static AuditEntry healed(byte[] torn) {
        return new AuditEntry("", "keyturn", HEALED, "audit", healedDetail(torn));
    }

    private static String healedDetail(byte[] torn) {
        return "a crash cut the entry before this one short; " + torn.length + " bytes of it are left, SHA-256 "
                + sha256(torn);
    }

    /** @throws AuditException if what follows the last whole entry is not what a crash leaves */
    Tail tail() throws IOException {
        long size = Files.size(file);
        return tail(end(size, END_BYTES), size)
                .or(() -> tail(end(size, size), size))
                .orElseGet(() -> torn(AuditHead.NONE, end(size, size), size));
    }

    /** Found by going back from the end to the last whole entry; empty if these bytes hold none. */
    private Optional<Tail> tail(byte[] end, long size) {
        int lineEnd = end.length;
        while (lineEnd > 0) {
            int start = lineEnd;
            while (start > 0 && end[start - 1] != '\n') {
                start--;
            }
            Optional<Chain.Link> link = chain.read(Arrays.copyOfRange(end, start, lineEnd));
            if (link.isPresent()) {
                int after = Math.min(lineEnd + 1, end.length);
                return Optional.of(torn(
                        link.get().head(), Arrays.copyOfRange(end, after, end.length), size, lineEnd < end.length));
            }
            lineEnd = start - 1;
        }
        return Optional.empty();
    }

    private Tail torn(AuditHead head, byte[] torn, long size) {
        return torn(head, torn, size, true);
    }

    private Tail torn(AuditHead head, byte[] torn, long size, boolean terminated) {
        if (torn.length > 0 && torn[torn.length - 1] == '\n') {
            throw new AuditException(file + ": found a line after entry " + head.count()
                    + " that is none that was written; nothing was changed. Next: keyturn check, and put back the last good copy"
                    + " of the file.");
        }
        return new Tail(size, head, torn, torn.length == 0 && terminated);
    }

    private byte[] end(long size, long most) {
        try (RandomAccessFile opened = new RandomAccessFile(file.toFile(), "r")) {
            byte[] end = new byte[Math.toIntExact(Math.min(size, most))];
            opened.seek(size - end.length);
            opened.readFully(end);
            return end;
        } catch (IOException e) {
            throw new AuditException(file + ": the audit cannot be read (" + PrivateFiles.reason(e)
                    + "), so nothing may be changed; nothing was changed.");
        }
    }

    /** Reads all of it, and compares with how far it is known to have come. */
    Verdict verify(AuditHead anchored) throws IOException {
        byte[] all = Files.exists(file) ? PrivateFiles.read(file) : new byte[0];
        AuditHead head = AuditHead.NONE;
        long line = 0;
        long tornLine = 0;
        int tornAt = -1;
        for (int start = 0; start < all.length; ) {
            int lineEnd = start;
            while (lineEnd < all.length && all[lineEnd] != '\n') {
                lineEnd++;
            }
            line++;
            Optional<Chain.Link> link = chain.read(Arrays.copyOfRange(all, start, lineEnd));
            if (link.isEmpty()) {
                tornLine = tornAt < 0 ? line : tornLine;
                tornAt = tornAt < 0 ? start : tornAt;
            } else {
                if (tornAt >= 0 && !explains(link.get(), Arrays.copyOfRange(all, tornAt, start - 1))) {
                    return new Verdict.Broken(tornLine, "the line was changed or added");
                }
                if (!link.get().follows(head)) {
                    return new Verdict.Broken(
                            line,
                            "entry " + link.get().head().count() + " follows entry " + head.count()
                                    + ": entries were removed, moved or added");
                }
                tornAt = -1;
                head = link.get().head();
                if (head.count() == anchored.count() && !head.hash().equals(anchored.hash())) {
                    return new Verdict.Broken(line, "entry " + head.count() + " is not the one that the store knows");
                }
            }
            start = lineEnd + 1;
        }
        if (head.count() < anchored.count()) {
            return new Verdict.Broken(
                    tornAt < 0 ? line + 1 : tornLine,
                    "the store knows of " + anchored.count() + " entries: those after entry " + head.count()
                            + " were removed or changed");
        }
        if (tornAt >= 0 && all[all.length - 1] == '\n') {
            return new Verdict.Broken(tornLine, "the line was changed or added");
        }
        return new Verdict.Intact(head.count(), tornAt >= 0);
    }

    private static boolean explains(Chain.Link link, byte[] torn) {
        return link.event().equals(HEALED) && link.detail().equals(healedDetail(torn));
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }
}
