package dev.keyturn.steps.manifest;

import dev.keyturn.spi.Field;
import dev.keyturn.spi.Technology;
import dev.keyturn.steps.manifest.Found.Block;
import dev.keyturn.steps.manifest.Found.Chosen;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Builds the publications of a manifest. */
final class PublicationReader {
    private final Problems problems;
    private final Block root;
    private final Map<String, Secret> secrets;
    private final Path folder;

    /** @param secrets those that could be built */
    PublicationReader(Problems problems, Block root, Map<String, Secret> secrets, Path folder) {
        this.problems = problems;
        this.root = root;
        this.secrets = secrets;
        this.folder = folder;
    }

    /** Those that could be built, in the file's order. */
    List<Publication> publications() {
        List<Publication> publications = new ArrayList<>();
        for (Found found : root.list("publish")) {
            Block block = found.block();
            if (block.chosen().isEmpty()) {
                continue;
            }
            Chosen chosen = block.chosen().get();
            SortedMap<Field, Reference> fields = fields(chosen);
            if (!block.sound()) {
                continue;
            }
            if (fields.isEmpty()) {
                problems.add(chosen.at(), "a publication of nothing", "`keys` or `secrets` with something in it");
            }
            String name = name(chosen);
            if (publications.stream().anyMatch(other -> other.name().equals(name))) {
                problems.add(chosen.at(), "a second publication of " + name, "one for each place, with all its fields");
            }
            publications.add(
                    new Publication(name, (Technology.ForPublisher) chosen.technology(), chosen.settings(), fields));
        }
        return publications;
    }

    /** Without the manifest's own folder, so that a name outlives a move of the whole. */
    private String name(Chosen chosen) {
        String place = ((Technology.ForPublisher) chosen.technology()).place(chosen.settings());
        String prefix = folder.endsWith("/") ? "/" : folder + "/";
        String shorter = place.startsWith(prefix) ? place.substring(prefix.length()) : place;
        return chosen.technology().name() + " " + shorter;
    }

    private SortedMap<Field, Reference> fields(Chosen chosen) {
        SortedMap<Field, Reference> fields = new TreeMap<>();
        Found keys = chosen.inside().get("keys");
        Found names = chosen.inside().get("secrets");
        if (keys == null && names == null) {
            secrets.values().stream()
                    .filter(s -> s.kind() instanceof Kind.Generated || s.kind() instanceof Kind.Provided)
                    .forEach(s -> fields.put(new Field(s.name()), new Reference(s.name(), Reference.Part.VALUE)));
        }
        if (keys != null) {
            keys.map().forEach((field, found) -> {
                Reference reference = Reference.parse(found.text());
                References.check(problems, found.at(), reference, root.map("secrets"), secrets);
                fields.put(new Field(field), reference);
            });
        }
        if (names != null) {
            for (Found found : names.list()) {
                Reference reference = new Reference(found.text(), Reference.Part.VALUE);
                References.check(problems, found.at(), reference, root.map("secrets"), secrets);
                if (fields.put(new Field(found.text()), reference) != null) {
                    problems.add(
                            found.at(), "the field " + Quoted.of(found.text()) + " a second time", "each field once");
                }
            }
        }
        return fields;
    }
}
