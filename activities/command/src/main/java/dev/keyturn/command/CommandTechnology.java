package dev.keyturn.command;

import dev.keyturn.spi.Redeployer;
import dev.keyturn.spi.Setting;
import dev.keyturn.spi.Settings;
import dev.keyturn.spi.Technology;
import java.nio.file.Path;
import java.util.List;

/** {@code command}: a service that a command redeploys. */
public final class CommandTechnology implements Technology.ForRedeployer {
    @Override
    public String name() {
        return "command";
    }

    @Override
    public List<Setting> settings() {
        return List.of(
                Setting.required(
                        "roll",
                        Setting.Type.LIST,
                        "The program and its arguments that restart the service and return when it is up; no shell is"
                                + " involved, and KEYTURN_GENERATION in its environment names the wanted set of values."
                                + " It inherits the worker's environment but for what may hold a secret: by name"
                                + " (passwords, tokens, keys, and what ends with URL, URI, DSN, AUTH or _PWD) or as a URL with a password in it;"
                                + " proxies stay. What it needs of these it reads from a file itself."),
                Setting.optional(
                        "running",
                        Setting.Type.LIST,
                        "",
                        "The program and its arguments that print one line an instance: its name, a blank, and the"
                                + " KEYTURN_GENERATION it was started with; nothing if nothing runs, which is a failure after roll."
                                + " Without it the word of roll is all there is."),
                Setting.optional(
                        "within",
                        Setting.Type.DURATION,
                        "60s",
                        "How long a command may take before it and all that it started are killed."),
                Setting.optional("directory", Setting.Type.PATH, "", "Where the commands run."));
    }

    @Override
    public Redeployer open(Settings settings) {
        return new CommandRedeployer(
                settings.list("roll"),
                settings.has("running") ? settings.list("running") : List.of(),
                settings.duration("within"),
                settings.optionalPath("directory").orElse(Path.of("")).toAbsolutePath());
    }
}
