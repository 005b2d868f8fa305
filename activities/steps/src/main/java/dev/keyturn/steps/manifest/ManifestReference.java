package dev.keyturn.steps.manifest;

import dev.keyturn.spi.Technology;
import dev.keyturn.steps.manifest.Shape.Choice;
import dev.keyturn.steps.manifest.Shape.Each;
import dev.keyturn.steps.manifest.Shape.Listed;
import dev.keyturn.steps.manifest.Shape.Part;
import dev.keyturn.steps.manifest.Shape.Scalar;
import dev.keyturn.steps.manifest.Shape.Section;
import java.util.List;
import java.util.Locale;

/** The manifest reference, in Markdown. */
public final class ManifestReference {
    private static final String INTRODUCTION = """
            # The manifest

            One YAML file describes one environment. Relative paths are taken from the file's own folder. Unknown names, names
            written twice and wrong types are errors, each with its line and column; all of them are reported at once. The
            file holds no secret. It has at most 1 MiB, in UTF-8.

            `manifest.schema.json` says the same for editors; with the YAML language server write as the first line

            ```yaml
            # yaml-language-server: $schema=manifest.schema.json
            ```

            A duration is a whole number with `ms`, `s`, `m`, `h` or `d`: `500ms`, `10s`, `5m`, `24h`, `90d`. A text that looks
            like a number needs quotes: `mode: "0600"`. Where a technology has exactly one required setting, that setting's
            value alone may stand for its map: `http: "http://127.0.0.1:8000/health"`.

            ```yaml
            environment: prod
            servers:
              main: {postgres: {host: 127.0.0.1, admin: postgres_password}}
            secrets:
              postgres_password: {generate: alphanumeric(32), account: {server: main, user: postgres}}
              app_password: {generate: alphanumeric(32), account: {server: main, user: app}, max-age: 90d}
              session_key: {generate: base64url(32), overlap: 24h}
              oidc_client_secret: {provided: {env-file: user-provided.env, key: OIDC_CLIENT_SECRET}}
              salt: {immutable: changing it unlinks every pseudonym}
              database_url: {derive: "postgresql://{app_password.user}:{app_password}@db:5432/app"}
            publish:
              - key-directory: {path: secrets/keys, suffix: .txt}
              - env-file:
                  path: .env
                  keys: {DATABASE_URL: database_url, SESSION_KEY: session_key, SESSION_KEY_OLD: session_key.previous}
            services:
              app:
                command: [systemctl, restart, app]
                uses: [database_url, session_key]
                check: [{http: "http://127.0.0.1:8000/health"}]
            backup: {directory: backups, passphrase-file: /etc/keyturn/backup.pass}
            ```

            What holds between the parts:

            - Every name that is used is declared, and no derived secret needs itself.
            - An account belongs to one secret, and its password is published, itself or within a derived secret. Only an
              administrator's may stay in the store, and that of a role that never logs in.
            - A server's `admin` is a secret with an account on that server.
            - A place is published once, and each of its fields once.
            - `.user` is the name of a secret's account. `.previous` is the value before, of a secret with an `overlap`.
            """;

    private final StringBuilder text = new StringBuilder(INTRODUCTION);

    private ManifestReference() {}

    /** The reference of manifests that use these technologies; always the same text for the same ones. */
    public static String of(List<Technology> technologies) {
        ManifestReference reference = new ManifestReference();
        reference.section(Grammar.of(technologies), "The file");
        return reference.text.toString();
    }

    private void section(Section section, String heading) {
        text.append("\n## ")
                .append(heading)
                .append("\n\n")
                .append(section.description())
                .append('\n');
        table(section.parts());
        section.technology().ifPresent(this::technologies);
        for (Part part : section.parts()) {
            Shape shape = part.shape() instanceof Each each ? each.of() : part.shape();
            shape = shape instanceof Listed listed ? listed.of() : shape;
            if (shape instanceof Section inner) {
                section(inner, "`" + inner.title() + "`");
            }
        }
    }

    private void technologies(Choice choice) {
        for (Technology technology : choice.among()) {
            text.append("\n### `").append(technology.name()).append("`\n");
            table(choice.settings(technology));
            choice.shorthand(technology)
                    .ifPresent(part -> text.append("\nThe value of `")
                            .append(part.name())
                            .append("` alone may stand for the map.\n"));
        }
    }

    private void table(List<Part> parts) {
        if (parts.isEmpty()) {
            return;
        }
        text.append("\n| name | value | without it | meaning |\n| --- | --- | --- | --- |\n");
        for (Part part : parts) {
            text.append("| `%s` | %s | %s | %s |\n"
                    .formatted(
                            part.name(),
                            value(part.shape()),
                            without(part),
                            part.description().replace("|", "\\|")));
        }
    }

    private static String without(Part part) {
        if (part.required()) {
            return "an error";
        }
        return part.fallback().isEmpty() ? "" : "`" + part.fallback() + "`";
    }

    private static String value(Shape shape) {
        if (shape instanceof Scalar scalar) {
            return switch (scalar.type()) {
                case INTEGER -> "whole number";
                case BOOLEAN -> "`true` or `false`";
                case LIST -> "list of texts";
                case CHOICE -> "`" + String.join("`, `", scalar.choices()) + "`";
                case TEXT, DURATION, PATH -> scalar.type().name().toLowerCase(Locale.ROOT);
            };
        } else if (shape instanceof Listed listed) {
            return "list of " + value(listed.of());
        } else if (shape instanceof Each each) {
            return "map of names to " + value(each.of());
        }
        return "[" + ((Section) shape).title() + "](#" + ((Section) shape).title() + ")";
    }
}
