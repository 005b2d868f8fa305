package dev.keyturn.files;

import dev.keyturn.spi.Fence;
import dev.keyturn.spi.Field;
import dev.keyturn.spi.Publisher;
import dev.keyturn.spi.SecretValue;
import dev.keyturn.spi.Setting;
import dev.keyturn.spi.Settings;
import dev.keyturn.spi.Technology;
import dev.keyturn.testkit.TestFence;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;

/** Opens publishers as the worker does, and says the little that every test says. */
final class Publishers {
    private Publishers() {}

    static Publisher envFile(Path path, Object... settings) {
        return open("env-file", path, settings);
    }

    static Publisher keyDirectory(Path path, Object... settings) {
        return open("key-directory", path, settings);
    }

    private static Publisher open(String name, Path path, Object... settings) {
        Technology.ForPublisher technology = ServiceLoader.load(Technology.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(one -> one.name().equals(name))
                .map(Technology.ForPublisher.class::cast)
                .findFirst()
                .orElseThrow();
        Map<String, Object> values = new HashMap<>();
        for (Setting setting : technology.settings()) {
            if (!setting.required()) {
                values.put(
                        setting.name(),
                        setting.type() == Setting.Type.BOOLEAN
                                ? (Object) Boolean.valueOf(setting.fallback())
                                : setting.fallback());
            }
        }
        values.put("path", path);
        for (int i = 0; i < settings.length; i += 2) {
            values.put((String) settings[i], settings[i + 1]);
        }
        return technology.open(new Settings(values));
    }

    static Map<Field, SecretValue> values(String... pairs) {
        Map<Field, SecretValue> values = new TreeMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            values.put(new Field(pairs[i]), SecretValue.of(pairs[i + 1]));
        }
        return values;
    }

    static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    static void chmod(Path path, String permissions) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
    }

    /** The fence of a holder whose epoch lasts. */
    static Fence holding() {
        return new TestFence("test", 1);
    }

    /** The fence of a holder whose epoch is over. */
    static Fence late() {
        TestFence fence = new TestFence("test", 1);
        fence.end();
        return fence;
    }
}
