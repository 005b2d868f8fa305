package dev.keyturn.steps.manifest;

import dev.keyturn.spi.AccountServer;
import dev.keyturn.spi.Check;
import dev.keyturn.spi.Credential;
import dev.keyturn.spi.Publisher;
import dev.keyturn.spi.Redeployer;
import dev.keyturn.spi.Setting;
import dev.keyturn.spi.Settings;
import dev.keyturn.spi.Technology;
import java.util.List;

/** Technologies that have names and settings and cannot be opened: a manifest is read without opening any. */
public final class FakeTechnologies {
    public static final List<Technology> ALL = List.of(
            server("postgres", "5432", Setting.choice("tls", List.of("disable", "require"), "disable", "Encryption.")),
            server("redis", "6379", Setting.optional("endpoints", Setting.Type.LIST, "", "Further addresses.")),
            server(
                    "mongodb",
                    "27017",
                    Setting.optional("connect-timeout", Setting.Type.DURATION, "5s", "Longest wait.")),
            publisher(
                    "env-file",
                    "path",
                    Setting.required("path", Setting.Type.PATH, "The file."),
                    Setting.optional("follow-symlink", Setting.Type.BOOLEAN, "true", "Whether it may be a link.")),
            publisher(
                    "key-directory",
                    "path",
                    Setting.required("path", Setting.Type.PATH, "The directory."),
                    Setting.optional("suffix", Setting.Type.TEXT, "", "What a name has after the field's."),
                    Setting.optional("mode", Setting.Type.TEXT, "0600", "The octal mode.")),
            publisher("kubernetes-secret", "name", Setting.required("name", Setting.Type.TEXT, "The Secret.")),
            publisher(
                    "swarm-secret", "prefix", Setting.required("prefix", Setting.Type.TEXT, "What names begin with.")),
            new FakeRedeployer(
                    "command", List.of(Setting.required("run", Setting.Type.LIST, "The program and its arguments."))),
            new FakeRedeployer(
                    "compose",
                    List.of(
                            Setting.required("file", Setting.Type.PATH, "The Compose file."),
                            Setting.required("service", Setting.Type.TEXT, "The service."))),
            new FakeRedeployer("deployment", List.of(Setting.required("name", Setting.Type.TEXT, "The Deployment."))),
            new FakeRedeployer("swarm", List.of(Setting.required("service", Setting.Type.TEXT, "The service."))),
            new FakeCheck(
                    "http",
                    List.of(
                            Setting.required("url", Setting.Type.TEXT, "The URL."),
                            Setting.optional("status", Setting.Type.INTEGER, "200", "The wanted status."))));

    private FakeTechnologies() {}

    private static Technology server(String name, String port, Setting more) {
        return new FakeServer(
                name,
                List.of(
                        Setting.required("host", Setting.Type.TEXT, "Name or address."),
                        Setting.optional("port", Setting.Type.INTEGER, port, "TCP port, 1 to 65535."),
                        more));
    }

    private static Technology publisher(String name, String place, Setting... settings) {
        return new FakePublisher(name, place, List.of(settings));
    }

    private record FakeServer(String name, List<Setting> settings) implements Technology.ForAccountServer {
        @Override
        public AccountServer open(Settings settings, List<Credential> administrator, String sessionName) {
            throw new UnsupportedOperationException(name);
        }
    }

    private record FakePublisher(String name, String place, List<Setting> settings) implements Technology.ForPublisher {
        @Override
        public Publisher open(Settings settings) {
            throw new UnsupportedOperationException(name);
        }

        @Override
        public String place(Settings settings) {
            return settings.values().get(place).toString();
        }
    }

    private record FakeRedeployer(String name, List<Setting> settings) implements Technology.ForRedeployer {
        @Override
        public Redeployer open(Settings settings) {
            throw new UnsupportedOperationException(name);
        }
    }

    private record FakeCheck(String name, List<Setting> settings) implements Technology.ForCheck {
        @Override
        public Check open(Settings settings) {
            throw new UnsupportedOperationException(name);
        }
    }
}
