package dev.keyturn.files;

import dev.keyturn.spi.AdapterException;
import dev.keyturn.spi.AdapterException.Reason;
import dev.keyturn.spi.Fence;
import dev.keyturn.spi.Snapshot;
import dev.keyturn.spi.Snapshot.Part;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * The files of one publication, compared and replaced together. Every new file is complete and on disk beside the old one
 * before the first is renamed, so that a full disk changes nothing; each rename then takes one file from all old to all new.
 *
 * @param place where the file of a part is, possibly a link
 * @param links what to do with a link
 */
record FileSet(Function<String, Path> place, LinkPolicy links) {
    Optional<Part> look(String name) {
        return FileParts.look(links.resolve(place.apply(name)));
    }

    /**
     * Which of these names are links to the file of another of them: by such a name, the other. A file that only links name goes by
     * the first of them. What cannot be resolved is left out.
     */
    SortedMap<String, String> secondNames(Collection<String> names) {
        Map<Path, String> files = new HashMap<>();
        SortedMap<String, String> second = new TreeMap<>();
        for (boolean link : new boolean[] {false, true}) {
            for (String name : new TreeSet<>(names)) {
                Path path = place.apply(name);
                if (Files.isSymbolicLink(path) == link && links.refusal(path).isEmpty()) {
                    String first = files.putIfAbsent(LinkPolicy.entry(links.resolve(path)), name);
                    if (first != null) {
                        second.put(name, first);
                    }
                }
            }
        }
        return second;
    }

    /**
     * What {@link dev.keyturn.spi.Publisher#write} promises, for these files.
     *
     * @param makeRoom run before the first file is written, if any is: creates the directory
     */
    Snapshot write(Fence fence, Snapshot expected, Snapshot next, Runnable makeRoom) {
        return fence.whileHeld(() -> {
            Map<String, Path> paths = resolve(expected, next);
            Map<String, Optional<Part>> found = compare(paths, expected, next);
            replace(paths, found, next, makeRoom);
            return readBack(paths, next);
        });
    }

    private Map<String, Path> resolve(Snapshot expected, Snapshot next) {
        Map<String, Path> paths = new LinkedHashMap<>();
        Set<String> names = new TreeSet<>(expected.parts().keySet());
        names.addAll(next.parts().keySet());
        Map<String, String> second = secondNames(names);
        for (String name : names) {
            Path path = place.apply(name);
            if (second.containsKey(name) && next.parts().containsKey(name)) {
                requireOneFile(name, second.get(name), next);
                continue;
            }
            paths.put(name, links.resolve(path));
            if (!next.parts().containsKey(name) && Files.isSymbolicLink(path)) {
                throw new AdapterException(
                        Reason.CONFIGURATION,
                        path + ": it is to be removed, and found to be a symbolic link, expected a file; nothing was"
                                + " changed; remove the link and what it links to by hand");
            }
        }
        return paths;
    }

    /** A rename for each of two names of one file would have the second undo the first. */
    private void requireOneFile(String name, String other, Snapshot next) {
        if (!next.parts().get(name).equals(FileParts.link(other))) {
            throw new AdapterException(
                    Reason.CONFIGURATION,
                    place.apply(name) + " and " + other
                            + ": found one file, by a symbolic link, expected a file for each;"
                            + " nothing was changed; publish one of the two names, or make the link a file");
        }
        if (!next.parts().containsKey(other)) {
            throw new AdapterException(
                    Reason.CONFIGURATION,
                    place.apply(other) + ": it is to be removed, and " + name
                            + " was found to be a symbolic link to it;"
                            + " nothing was changed; remove the link by hand");
        }
    }

    private static Map<String, Optional<Part>> compare(Map<String, Path> paths, Snapshot expected, Snapshot next) {
        Map<String, Optional<Part>> found = new LinkedHashMap<>();
        List<String> strange = new ArrayList<>();
        paths.forEach((name, path) -> {
            Optional<Part> there = FileParts.look(path);
            found.put(name, there);
            if (!FileParts.matches(there, part(expected, name)) && !FileParts.matches(there, part(next, name))) {
                strange.add(path + (there.isEmpty() ? " (missing)" : ""));
            }
        });
        if (!strange.isEmpty()) {
            throw new AdapterException(
                    Reason.DRIFT,
                    "found content, mode or owner that is neither the last known nor the wanted one: "
                            + String.join(", ", strange)
                            + "; nothing was changed; find out who writes there, then run the command again");
        }
        return found;
    }

    private static void replace(
            Map<String, Path> paths, Map<String, Optional<Part>> found, Snapshot next, Runnable makeRoom) {
        removeLeftovers(paths);
        List<String> outdated = paths.keySet().stream()
                .filter(name -> !FileParts.matches(found.get(name), part(next, name)))
                .toList();
        if (outdated.stream().anyMatch(name -> part(next, name).isPresent())) {
            makeRoom.run();
            requireDirectories(paths);
        }
        Map<String, TemporaryFile> ready = new LinkedHashMap<>();
        Path current = null;
        int changed = 0;
        try {
            for (String name : outdated) {
                current = paths.get(name);
                if (next.parts().containsKey(name)) {
                    ready.put(name, TemporaryFile.write(current, next.parts().get(name)));
                }
            }
            for (String name : outdated) {
                current = paths.get(name);
                if (next.parts().containsKey(name)) {
                    ready.remove(name).rename(current);
                } else {
                    Files.deleteIfExists(current);
                }
                changed++;
            }
            // Also when nothing was to be done: an earlier call may have been cut off just before this.
            for (Path directory : directories(paths)) {
                TemporaryFile.sync(directory);
            }
        } catch (IOException e) {
            throw FileTrouble.of(
                    "replace",
                    current == null ? paths.values().iterator().next() : current,
                    e,
                    changed == 0
                            ? "nothing was changed"
                            : changed + " of " + outdated.size()
                                    + " files were replaced and the others left as they were");
        } finally {
            ready.values().forEach(TemporaryFile::discard);
        }
    }

    private static void requireDirectories(Map<String, Path> paths) {
        for (Path path : paths.values()) {
            if (!Files.isDirectory(path.toAbsolutePath().getParent())) {
                throw new AdapterException(
                        Reason.CONFIGURATION,
                        path
                                + ": found no directory to put it in, expected one; nothing was changed; create the directory,"
                                + " or correct the path in the manifest");
            }
        }
    }

    private static void removeLeftovers(Map<String, Path> paths) {
        for (Path directory : directories(paths)) {
            for (Path leftover : TemporaryFile.leftovers(directory)) {
                if (paths.values().stream().anyMatch(path -> TemporaryFile.belongs(leftover, path))) {
                    try {
                        TemporaryFile.remove(leftover);
                    } catch (IOException e) {
                        throw FileTrouble.of("remove the leftover of an earlier run", leftover, e);
                    }
                }
            }
        }
    }

    private static Snapshot readBack(Map<String, Path> paths, Snapshot next) {
        SortedMap<String, Part> there = new TreeMap<>(next.parts());
        there.keySet().removeAll(paths.keySet());
        paths.forEach((name, path) -> {
            Optional<Part> found = FileParts.look(path);
            if (!FileParts.matches(found, part(next, name))) {
                throw new AdapterException(
                        Reason.DRIFT,
                        path
                                + " was replaced, and read back it is not what was written; somebody else writes there; find"
                                + " out who, then run the command again");
            }
            found.ifPresent(part -> there.put(name, part));
        });
        return new Snapshot(there);
    }

    private static Set<Path> directories(Map<String, Path> paths) {
        Set<Path> directories = new LinkedHashSet<>();
        for (Path path : paths.values()) {
            Path directory = path.toAbsolutePath().getParent();
            if (Files.isDirectory(directory)) {
                directories.add(directory);
            }
        }
        return directories;
    }

    private static Optional<Part> part(Snapshot snapshot, String name) {
        return Optional.ofNullable(snapshot.parts().get(name));
    }
}
