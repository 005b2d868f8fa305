package dev.keyturn.files;

import dev.keyturn.spi.Publisher;
import dev.keyturn.spi.Setting;
import dev.keyturn.spi.Settings;
import dev.keyturn.spi.Technology;
import java.util.List;

/** {@code key-directory}: a directory in which each value is a file of its own. */
public final class KeyDirectoryTechnology implements Technology.ForPublisher {
    @Override
    public String name() {
        return "key-directory";
    }

    @Override
    public List<Setting> settings() {
        return List.of(
                Setting.required("path", Setting.Type.PATH, "The directory; it is created if it does not exist."),
                Setting.optional(
                        "suffix", Setting.Type.TEXT, "", "What a file's name has after the field's name: .txt"),
                Setting.optional(
                        "mode",
                        Setting.Type.TEXT,
                        "0600",
                        "The octal mode of a file that is created; an existing file keeps its own."),
                Setting.optional(
                        "directory-mode",
                        Setting.Type.TEXT,
                        "0700",
                        "The octal mode of the directory if it is created; an existing one keeps its own."),
                Setting.optional(
                        "newline",
                        Setting.Type.BOOLEAN,
                        "false",
                        "Whether a file that is created ends with a newline after the value;"
                                + " an existing file keeps its habit."),
                Setting.optional(
                        "follow-symlink",
                        Setting.Type.BOOLEAN,
                        "true",
                        "Whether the directory or a file may be a symbolic link;"
                                + " it is followed once, on the same device."));
    }

    @Override
    public Publisher open(Settings settings) {
        return new KeyDirectory(
                settings.path("path"),
                new KeyDirectory.Layout(
                        settings.optionalText("suffix").orElse(""),
                        settings.text("mode"),
                        settings.text("directory-mode"),
                        settings.flag("newline")),
                new LinkPolicy(settings.flag("follow-symlink")));
    }

    @Override
    public String place(Settings settings) {
        return settings.path("path").toString();
    }
}
