package dev.keyturn.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * How many tests were left out for want of what. Several processes add theirs up in a file, whose first line is the sentence for a
 * reader and the others what it is made of: number, name, remedy.
 */
final class Tally {
    /** By remedy, then by name. */
    private final SortedMap<String, SortedMap<String, Long>> tests = new TreeMap<>();

    void add(String name, String remedy, long number) {
        tests.computeIfAbsent(remedy, key -> new TreeMap<>()).merge(name, number, Long::sum);
    }

    boolean isEmpty() {
        return tests.isEmpty();
    }

    String sentence() {
        long all = tests.values().stream()
                .flatMap(names -> names.values().stream())
                .mapToLong(number -> number)
                .sum();
        String needs = tests.values().stream()
                .flatMap(names -> names.entrySet().stream())
                .map(one -> one.getKey() + " (" + one.getValue() + ")")
                .collect(Collectors.joining(", "));
        String remedies = tests.entrySet().stream()
                .map(one -> one.getKey()
                        .replace("{}", String.join(" ", one.getValue().keySet())))
                .collect(Collectors.joining("; "));
        return "Left out " + all + (all == 1 ? " test that needs " : " tests that need ") + needs + ": " + remedies
                + "; then again";
    }

    /** Adds this to what other processes wrote or will write there. */
    void addTo(Path file) throws IOException {
        // A process may hold a file's lock only once.
        synchronized (Tally.class) {
            Files.createDirectories(file.toAbsolutePath().getParent());
            try (FileChannel channel = FileChannel.open(file, CREATE, READ, WRITE)) {
                channel.lock();
                Tally sum = new Tally();
                new String(Channels.newInputStream(channel).readAllBytes(), UTF_8)
                        .lines()
                        .skip(1)
                        .map(line -> line.split("\t"))
                        .forEach(fields -> sum.add(fields[1], fields[2], Long.parseLong(fields[0])));
                tests.forEach((remedy, names) -> names.forEach((name, number) -> sum.add(name, remedy, number)));
                ByteBuffer text = UTF_8.encode(sum.sentence() + "\n" + sum.lines());
                channel.truncate(0);
                while (text.hasRemaining()) {
                    channel.write(text);
                }
            }
        }
    }

    private String lines() {
        StringBuilder lines = new StringBuilder();
        tests.forEach((remedy, names) -> names.forEach((name, number) -> lines.append(number)
                .append('\t')
                .append(name)
                .append('\t')
                .append(remedy)
                .append('\n')));
        return lines.toString();
    }
}
