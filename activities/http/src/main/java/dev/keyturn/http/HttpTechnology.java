package dev.keyturn.http;

import dev.keyturn.spi.Check;
import dev.keyturn.spi.Setting;
import dev.keyturn.spi.Settings;
import dev.keyturn.spi.Technology;
import java.util.List;

/** {@code http}: a service works if a request is answered as expected. */
public final class HttpTechnology implements Technology.ForCheck {
    @Override
    public String name() {
        return "http";
    }

    /** {@code url} comes first: it is what a bare text in the manifest means. */
    @Override
    public List<Setting> settings() {
        return List.of(
                Setting.required(
                        "url",
                        Setting.Type.TEXT,
                        "What is requested by GET: http or https, without a user or password, and with no underscore in the host's name."),
                Setting.optional(
                        "expect",
                        Setting.Type.INTEGER,
                        "200",
                        "The expected status, 100 to 599; redirects are not followed."),
                Setting.optional(
                        "contains", Setting.Type.TEXT, "", "A text that the first MiB of the answer's body must hold."),
                Setting.optional(
                        "within",
                        Setting.Type.DURATION,
                        "30s",
                        "How long to try until the answer is the expected one."),
                Setting.optional("every", Setting.Type.DURATION, "250ms", "How long to wait between two tries."));
    }

    @Override
    public Check open(Settings settings) {
        return new HttpCheck(
                settings.text("url"),
                settings.integer("expect"),
                settings.optionalText("contains").orElse(""),
                settings.duration("within"),
                settings.duration("every"));
    }
}
