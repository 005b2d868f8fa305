package dev.keyturn.systemtests;

import static org.assertj.core.api.Assertions.assertThatCode;

import dev.keyturn.spi.Setting;
import dev.keyturn.spi.Technology;
import dev.keyturn.steps.manifest.Manifest;
import dev.keyturn.steps.manifest.ManifestReader;
import dev.keyturn.steps.manifest.Service;
import dev.keyturn.worker.LocalEnvironments;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A manifest that gives a technology what it requires and nothing else must be enough for it. */
class DefaultsTest {
    static List<Technology> technologies() {
        return LocalEnvironments.technologies();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("technologies")
    void aTechnologyOpensWithItsRequiredSettingsAlone(Technology technology, @TempDir Path folder) throws IOException {
        Path file = folder.resolve("keyturn.yaml");
        Files.writeString(file, manifest(technology));
        Manifest manifest = ManifestReader.read(file, technologies());

        assertThatCode(() -> open(technology, manifest)).doesNotThrowAnyException();
    }

    private static void open(Technology technology, Manifest manifest) {
        if (technology instanceof Technology.ForAccountServer server) {
            server.open(manifest.servers().get("main").settings(), List.of(), "keyturn")
                    .close();
        } else if (technology instanceof Technology.ForPublisher publisher) {
            publisher.open(manifest.publications().get(0).settings());
        } else if (technology instanceof Technology.ForRedeployer redeployer) {
            redeployer.open(manifest.services().get("app").settings());
        } else if (technology instanceof Technology.ForCheck check) {
            Service service = manifest.services().get("app");
            check.open(service.checks().get(0).settings());
        }
    }

    private static String manifest(Technology technology) {
        String settings = technology.name() + ": {"
                + technology.settings().stream()
                        .filter(Setting::required)
                        .map(setting -> setting.name() + ": " + sample(setting))
                        .collect(Collectors.joining(", "));
        boolean isServer = technology instanceof Technology.ForAccountServer;
        String secrets = "environment: prod\nsecrets:\n  pw: {generate: alphanumeric(32)"
                + (isServer ? ", account: {server: main, user: admin}}\n" : "}\n");
        if (isServer) {
            return secrets + "servers:\n  main: {" + settings + ", admin: pw}}\n";
        } else if (technology instanceof Technology.ForPublisher) {
            return secrets + "publish:\n  - " + settings + ", keys: {PW: pw}}\n";
        } else if (technology instanceof Technology.ForRedeployer) {
            return secrets + "services:\n  app: {" + settings + "}, uses: [pw]}\n";
        }
        return secrets + "services:\n  app: {command: [\"true\"], uses: [pw], check: [{" + settings + "}}]}\n";
    }

    private static String sample(Setting setting) {
        return switch (setting.type()) {
            case TEXT -> setting.name().equals("url") ? "\"http://127.0.0.1:1/\"" : "\"127.0.0.1\"";
            case INTEGER -> "1";
            case BOOLEAN -> "true";
            case DURATION -> "1s";
            case PATH -> "place";
            case LIST -> "[\"true\"]";
            case CHOICE -> setting.choices().get(0);
        };
    }
}
