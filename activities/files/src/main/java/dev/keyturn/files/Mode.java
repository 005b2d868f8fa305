package dev.keyturn.files;

import dev.keyturn.spi.AdapterException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/** A file's permission bits, written in octal as {@code chmod} takes them. */
record Mode(int bits) {
    /** All bits that {@code chmod} can set, the set-user-ID, set-group-ID and sticky bits included. */
    private static final int ALL = 07777;

    private static final int GROUP_AND_OTHER = 077;

    Mode {
        bits &= ALL;
    }

    /** @throws AdapterException CONFIGURATION if the text is not three or four octal digits */
    static Mode parse(String setting, String text) {
        if (!text.matches("[0-7]{3,4}")) {
            throw new AdapterException(
                    AdapterException.Reason.CONFIGURATION,
                    "setting " + setting + ": found \"" + text + "\", expected three or four octal digits such as"
                            + " \"0600\"; nothing was changed; correct the manifest");
        }
        return new Mode(Integer.parseInt(text, 8));
    }

    /** Sets it. An entry that is a link is refused by the system, instead of changing what it points to. */
    void giveTo(Path path) throws IOException {
        Files.setAttribute(path, "unix:mode", bits, LinkOption.NOFOLLOW_LINKS);
    }

    /** Whether group or other may do something that {@code allowed} does not let them. */
    boolean isWiderThan(Mode allowed) {
        return (bits & ~allowed.bits & GROUP_AND_OTHER) != 0;
    }

    @Override
    public String toString() {
        return String.format("%04o", bits);
    }
}
