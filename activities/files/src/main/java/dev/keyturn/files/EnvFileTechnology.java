package dev.keyturn.files;

import dev.keyturn.spi.Publisher;
import dev.keyturn.spi.Setting;
import dev.keyturn.spi.Settings;
import dev.keyturn.spi.Technology;
import java.util.List;

/** {@code env-file}: one file of {@code KEY=value} lines, of which Keyturn owns some keys. */
public final class EnvFileTechnology implements Technology.ForPublisher {
    @Override
    public String name() {
        return "env-file";
    }

    @Override
    public List<Setting> settings() {
        return List.of(
                Setting.required("path", Setting.Type.PATH, "The file; it is created if it does not exist."),
                Setting.optional(
                        "mode",
                        Setting.Type.TEXT,
                        "0600",
                        "The octal mode of a file that is created; an existing file keeps its own."),
                Setting.choice(
                        "quoting",
                        List.of("compose", "plain"),
                        "compose",
                        "How values are written and read: as Docker Compose v2 reads an env file,"
                                + " or plain, the text after the equals sign as it stands (docker run --env-file)."),
                Setting.optional(
                        "follow-symlink",
                        Setting.Type.BOOLEAN,
                        "true",
                        "Whether the path may be a symbolic link; it is followed once, on the same device."));
    }

    @Override
    public Publisher open(Settings settings) {
        Dialect dialect = settings.text("quoting").equals("plain") ? new PlainDialect() : new ComposeDialect();
        return new EnvFile(
                settings.path("path"), settings.text("mode"), dialect, new LinkPolicy(settings.flag("follow-symlink")));
    }

    @Override
    public String place(Settings settings) {
        return settings.path("path").toString();
    }
}
