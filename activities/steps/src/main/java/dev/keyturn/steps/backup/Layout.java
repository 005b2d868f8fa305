package dev.keyturn.steps.backup;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.keyturn.spi.SecretValue;
import dev.keyturn.spi.Snapshot;
import dev.keyturn.steps.store.StateJson;
import dev.keyturn.steps.store.Version;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Which files a backup consists of: {@code README.txt}, {@code manifest.yaml}, {@code secrets/<name>/<number>.<status>} with
 * the value and nothing else, {@code publications/<n>-<name>/} with the files as they were found, {@code index.json} with
 * everything else that the store knows, without values, and {@code SHA256SUMS} of all of them.
 */
final class Layout {
    static final String SUMS = "SHA256SUMS";
    static final String SECRETS = "secrets/";
    static final String PUBLICATIONS = "publications/";
    private static final String INDEX = "index.json";

    private static final List<Version.Status> LIKELIEST_FIRST = List.of(
            Version.Status.CURRENT,
            Version.Status.PENDING,
            Version.Status.PREVIOUS,
            Version.Status.RETIRED,
            Version.Status.ABANDONED);

    private static final Pattern PLAIN_NAME = Pattern.compile("[A-Za-z0-9._-]{1,80}");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final BackupContents contents;
    private final TreeMap<String, Snapshot.Part> files = new TreeMap<>();

    private Layout(BackupContents contents) {
        this.contents = contents;
    }

    /** The files of these contents, by path. */
    static Snapshot of(BackupContents contents) {
        return new Layout(contents).files();
    }

    private Snapshot files() {
        add("README.txt", readme().getBytes(UTF_8));
        add("manifest.yaml", contents.manifest());
        Map<String, String> values = addValues();
        Map<String, Map<String, String>> published = addPublications();
        add(INDEX, index(values, published));
        add(SUMS, sums(new Snapshot(files)).getBytes(UTF_8));
        return new Snapshot(files);
    }

    /** By {@code name/number}: the path of the value. */
    private Map<String, String> addValues() {
        Map<String, String> paths = new TreeMap<>();
        Map<String, String> folders = new LinkedHashMap<>();
        for (Version version : contents.state().versions()) {
            if (version.value().isPresent()) {
                String folder = folders.computeIfAbsent(version.secret(), name -> fileName(name, folders.size() + 1));
                String path = SECRETS + folder + "/" + version.number() + "."
                        + version.status().name().toLowerCase(Locale.ROOT);
                add(path, version.value().get().revealBytes());
                paths.put(version.secret() + "/" + version.number(), path);
            }
        }
        return paths;
    }

    /** By publication: by part, the path of its file. */
    private Map<String, Map<String, String>> addPublications() {
        Map<String, Map<String, String>> published = new TreeMap<>();
        int number = 0;
        for (Map.Entry<String, Snapshot> publication : contents.publications().entrySet()) {
            number++;
            String folder = PUBLICATIONS + number + "-" + slug(publication.getKey()) + "/";
            Map<String, String> paths = new TreeMap<>();
            int count = 0;
            for (Map.Entry<String, Snapshot.Part> part :
                    publication.getValue().parts().entrySet()) {
                count++;
                String path = folder + fileName(part.getKey(), count);
                Map<String, String> found = part.getValue().attributes();
                add(
                        path,
                        new Snapshot.Part(
                                part.getValue().content(),
                                Archive.attributes(
                                        mode(found.get("mode")),
                                        found.getOrDefault("owner", ""),
                                        found.getOrDefault("group", ""))));
                paths.put(part.getKey(), path);
            }
            published.put(publication.getKey(), paths);
        }
        return published;
    }

    private byte[] index(Map<String, String> values, Map<String, Map<String, String>> published) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(out).useDefaultPrettyPrinter()) {
            json.writeStartObject();
            json.writeNumberField("format", 1);
            json.writeStringField("environment", contents.environment());
            json.writeStringField("written", contents.at().toString());
            json.writeObjectFieldStart("values");
            for (Map.Entry<String, String> value : values.entrySet()) {
                json.writeStringField(value.getKey(), value.getValue());
            }
            json.writeEndObject();
            json.writeObjectFieldStart("publications");
            for (Map.Entry<String, Map<String, String>> publication : published.entrySet()) {
                Map<String, Snapshot.Part> parts =
                        contents.publications().get(publication.getKey()).parts();
                json.writeObjectFieldStart(publication.getKey());
                for (Map.Entry<String, String> part : publication.getValue().entrySet()) {
                    json.writeObjectFieldStart(part.getKey());
                    json.writeStringField("path", part.getValue());
                    json.writeObjectField("attributes", parts.get(part.getKey()).attributes());
                    json.writeEndObject();
                }
                json.writeEndObject();
            }
            json.writeEndObject();
            json.writeFieldName("state");
            json.writeTree(JSON.readTree(StateJson.withoutValues(contents.state())));
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
        return out.toByteArray();
    }

    private String readme() {
        return """
                Backup of the secrets of environment %s, written by Keyturn at %s.

                To open it by hand, on any machine with gpg and tar, in an empty folder of your own (chmod 700):

                    gpg --decrypt FILE | tar -x

                gpg prints what it decrypts before it has checked the end: look at its exit status, then run

                    sha256sum -c %s

                secrets/NAME/NUMBER.STATUS   the value of one version, without a line end
                publications/                the published files as they were found, with their modes and owners
                manifest.yaml                the manifest
                index.json                   everything else that the store knew, without values
                """.formatted(contents.environment(), contents.at(), SUMS);
    }

    /** @throws IOException if the index is not one */
    static List<BackedUpValue> values(BackupFile backup, Snapshot files) throws IOException {
        Snapshot.Part index = files.parts().get(INDEX);
        if (index == null) {
            throw new IOException("no index");
        }
        List<BackedUpValue> values = new ArrayList<>();
        for (Map.Entry<String, JsonNode> each :
                JSON.readTree(index.content()).path("values").properties()) {
            int slash = each.getKey().lastIndexOf('/');
            String path = each.getValue().asText();
            values.add(new BackedUpValue(
                    backup,
                    each.getKey().substring(0, slash),
                    Integer.parseInt(each.getKey().substring(slash + 1)),
                    Version.Status.valueOf(
                            path.substring(path.lastIndexOf('.') + 1).toUpperCase(Locale.ROOT)),
                    SecretValue.of(new String(files.parts().get(path).content(), UTF_8))));
        }
        values.sort(Comparator.comparing((BackedUpValue value) -> LIKELIEST_FIRST.indexOf(value.status()))
                .thenComparing(Comparator.comparing(BackedUpValue::number).reversed()));
        return values;
    }

    /** In the form of {@code sha256sum}: of every file but the sums themselves. */
    static String sums(Snapshot files) {
        StringBuilder sums = new StringBuilder();
        files.parts().forEach((path, file) -> {
            if (!path.equals(SUMS)) {
                sums.append(sha256(file.content())).append("  ").append(path).append('\n');
            }
        });
        return sums.toString();
    }

    private void add(String path, byte[] content) {
        add(path, new Snapshot.Part(content, Archive.attributes(0600, "", "")));
    }

    private void add(String path, Snapshot.Part file) {
        if (files.put(path, file) != null) {
            throw new IllegalStateException("two files of a backup would be " + path);
        }
    }

    /** The name itself where it is a plain one; the plus sign keeps any other from meeting one. */
    private static String fileName(String name, int number) {
        boolean plain = PLAIN_NAME.matcher(name).matches() && !name.equals(".") && !name.equals("..");
        return plain ? name : "+" + number + "-" + slug(name);
    }

    private static String slug(String name) {
        String slug = name.replaceAll("[^A-Za-z0-9._-]+", "-");
        return slug.substring(0, Math.min(slug.length(), 60));
    }

    /** Of a publication that has no files, or says nothing of their mode, the owner alone may read the copy. */
    private static int mode(String octal) {
        return octal != null && octal.matches("[0-7]{1,5}") ? Integer.parseInt(octal, 8) : 0600;
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }
}
