package dev.keyturn.sandbox;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * Data as {@code initdb} makes them, which takes a second: made once, and copied for each server. A copy gets a system identifier of its
 * own, so that nobody takes two servers for one.
 *
 * @param folder never changed once it is there
 */
record PostgresTemplate(Path folder) {
    private static final SecureRandom RANDOM = new SecureRandom();

    /** XLogPageHeaderData.xlp_info, and its flag XLP_LONG_HEADER (xlog_internal.h). */
    private static final int WAL_FLAGS = 2;

    private static final int LONG_HEADER = 2;

    /** XLogLongPageHeaderData.xlp_sysid (xlog_internal.h). */
    private static final int WAL_IDENTIFIER = 24;

    private static final int CONTROL_FILE_AT_MOST = 512;

    /** Makes {@code data} a copy of its own. */
    void copyTo(Path data) throws IOException {
        try (Stream<Path> found = Files.walk(folder)) {
            for (Path path : found.toList()) {
                Files.copy(path, data.resolve(folder.relativize(path)), StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
        long identifier = RANDOM.nextLong(1, Long.MAX_VALUE);
        identifyControl(data.resolve("global/pg_control"), identifier);
        try (Stream<Path> segments = Files.list(data.resolve("pg_wal"))) {
            for (Path segment : segments.filter(Files::isRegularFile).toList()) {
                identifySegment(segment, identifier);
            }
        }
    }

    /** The identifier comes first, and a CRC-32C of all before it last (pg_control.h); where that is depends on the version. */
    private static void identifyControl(Path file, long identifier) throws IOException {
        byte[] content = Files.readAllBytes(file);
        ByteBuffer control = ByteBuffer.wrap(content).order(ByteOrder.nativeOrder());
        int end = Stream.iterate(Long.BYTES, at -> at < CONTROL_FILE_AT_MOST, at -> at + Integer.BYTES)
                .filter(at -> control.getInt(at) == crc(content, at))
                .findFirst()
                .orElseThrow(() -> new IOException(file + " has no checksum where one is expected"));
        control.putLong(0, identifier);
        control.putInt(end, crc(content, end));
        Files.write(file, content);
    }

    private static int crc(byte[] content, int length) {
        CRC32C crc = new CRC32C();
        crc.update(content, 0, length);
        return (int) crc.getValue();
    }

    private static void identifySegment(Path file, long identifier) throws IOException {
        try (FileChannel segment = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer header = ByteBuffer.allocate(WAL_IDENTIFIER + Long.BYTES).order(ByteOrder.nativeOrder());
            segment.read(header, 0);
            if ((header.getShort(WAL_FLAGS) & LONG_HEADER) != 0) {
                header.putLong(WAL_IDENTIFIER, identifier);
                segment.write(header.flip(), 0);
            }
        }
    }
}
