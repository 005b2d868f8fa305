package dev.keyturn.command;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Where a program's output goes: a file without a name. Not a pipe: a process left in the background would be killed by its next
 * line once nobody reads, and would hold up whoever reads until its end. The file has a name, and mode 0600, only until the program
 * has been started, and it is gone with its last holder, so that nothing printed stays on the disk. A process left in the background holds
 * it: what that prints then grows without bound until the process ends, so a service is to be started with its output sent elsewhere.
 */
final class OutputFile implements AutoCloseable {
    /** In bytes; beyond, what was printed is thrown away but for its end. */
    private static final long LARGEST = 1 << 20;

    private final Path path;
    private final FileChannel channel;
    private byte[] before = new byte[0];
    private boolean cut;

    private OutputFile(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    static OutputFile create() throws IOException {
        Path path = Files.createTempFile("keyturn-output-", ".tmp");
        return new OutputFile(path, FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE));
    }

    /** Appends, so that what is printed after a cut does not leave a hole. */
    ProcessBuilder.Redirect redirect() {
        return ProcessBuilder.Redirect.appendTo(path.toFile());
    }

    void unlink() throws IOException {
        Files.deleteIfExists(path);
    }

    /** Keeps a program that prints for ever from filling the disk. To be called now and then. */
    void bound() throws IOException {
        if (channel.size() > LARGEST) {
            before = tail();
            cut = true;
            channel.truncate(0);
        }
    }

    /** The end of what was printed, at most {@link BoundedRun#KEPT} bytes. */
    byte[] end() throws IOException {
        byte[] now = tail();
        int older = Math.min(before.length, BoundedRun.KEPT - now.length);
        byte[] all = new byte[older + now.length];
        System.arraycopy(before, before.length - older, all, 0, older);
        System.arraycopy(now, 0, all, older, now.length);
        return all;
    }

    boolean wasCut() {
        return cut;
    }

    private byte[] tail() throws IOException {
        long size = channel.size();
        long from = Math.max(0, size - BoundedRun.KEPT);
        cut |= from > 0;
        ByteBuffer buffer = ByteBuffer.allocate((int) (size - from));
        int read = 0;
        while (read >= 0 && buffer.hasRemaining()) {
            read = channel.read(buffer, from + buffer.position());
        }
        byte[] found = new byte[buffer.position()];
        buffer.flip().get(found);
        return found;
    }

    @Override
    public void close() throws IOException {
        channel.close();
        Files.deleteIfExists(path);
    }
}
