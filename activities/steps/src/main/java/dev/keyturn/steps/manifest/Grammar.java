package dev.keyturn.steps.manifest;

import static dev.keyturn.spi.Setting.Type.BOOLEAN;
import static dev.keyturn.spi.Setting.Type.DURATION;
import static dev.keyturn.spi.Setting.Type.INTEGER;
import static dev.keyturn.spi.Setting.Type.LIST;
import static dev.keyturn.spi.Setting.Type.PATH;
import static dev.keyturn.spi.Setting.Type.TEXT;
import static dev.keyturn.spi.Setting.optional;
import static dev.keyturn.spi.Setting.required;

import dev.keyturn.spi.Technology;
import dev.keyturn.steps.manifest.Shape.Choice;
import dev.keyturn.steps.manifest.Shape.Each;
import dev.keyturn.steps.manifest.Shape.Form;
import dev.keyturn.steps.manifest.Shape.Later;
import dev.keyturn.steps.manifest.Shape.Listed;
import dev.keyturn.steps.manifest.Shape.Part;
import dev.keyturn.steps.manifest.Shape.Scalar;
import dev.keyturn.steps.manifest.Shape.Section;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The declaration of everything that a manifest may say. */
final class Grammar {
    /** How the least and the greatest length of a value are when the manifest does not say. */
    static final int MINIMUM = 16;

    static final int MAXIMUM = 4096;

    private static final Form ENVIRONMENT =
            Form.of("[a-z0-9][a-z0-9-]*", "small letters, digits and hyphens, not a hyphen first");
    private static final Form SECRET_NAME =
            Form.of("[A-Za-z_][A-Za-z0-9_-]*", "a name of letters, digits, _ and -, not a digit or - first");
    private static final Form NAME = Form.of(
            "[A-Za-z0-9][A-Za-z0-9_.-]*", "a name of letters, digits, _, - and ., beginning with a letter or digit");
    private static final Form FIELD = Form.of("[\\s\\S]+", "the name of a field");
    private static final Form REFERENCE = Form.of(
            "[A-Za-z_][A-Za-z0-9_-]*(?:\\.(?:user|previous))?",
            "the name of a secret, alone or with .user or .previous");
    private static final Form GENERATOR = Form.of(
            "(?:alphanumeric|hex|base64|base64url)\\([0-9]+\\)|fernet",
            "one of alphanumeric(32), hex(32), base64(64), base64url(32), fernet, with a size of your own");
    private static final Form ENV_KEY =
            Form.of("[A-Za-z_][A-Za-z0-9_.-]*", "a key of an env file: letters, digits, _, . and -");

    private Grammar() {}

    /** The whole manifest, with these technologies. */
    static Section of(List<Technology> technologies) {
        Section server = Section.of(
                        "servers", "The account servers by name: what credentials open. Each chooses one technology.")
                .choosing(choice(
                        "an account server",
                        technologies,
                        Technology.ForAccountServer.class,
                        Part.of(
                                required(
                                        "admin",
                                        TEXT,
                                        "The secret whose account on this server may change the other accounts."),
                                SECRET_NAME)));
        Section publication = Section.of(
                        "publish", "Where consumers read values, in the order of writing. Each chooses one technology.")
                .choosing(choice(
                        "a publisher",
                        technologies,
                        Technology.ForPublisher.class,
                        Part.optional(
                                "keys",
                                "What goes where: a map from the name of a field to a secret, alone or with `.user` or"
                                        + " `.previous`.",
                                new Each(FIELD, new Scalar(TEXT, List.of(), Optional.of(REFERENCE)))),
                        Part.of(
                                optional(
                                        "secrets",
                                        LIST,
                                        "",
                                        "Secrets that go into fields of their own names. Without `keys` and `secrets`:"
                                                + " all but the derived and the immutable ones."),
                                SECRET_NAME)));
        Section check = Section.of("check", "How a service is looked at after it was redeployed: one technology each.")
                .choosing(choice("a check", technologies, Technology.ForCheck.class));
        Section service = Section.of(
                        "services",
                        "The consumers by name, in the order of redeployment. Each chooses one technology and says which"
                                + " secrets it reads.",
                        Part.of(required("uses", LIST, "The secrets that it reads."), SECRET_NAME),
                        Part.optional("check", "How it is looked at after a redeployment.", new Listed(check)),
                        Part.of(optional(
                                "start-time",
                                DURATION,
                                "5s",
                                "The longest that a redeployment usually takes; the plan predicts gaps from it.")))
                .without("hosts", notYet("a service that runs an account server is"))
                .choosing(choice("a redeployer", technologies, Technology.ForRedeployer.class));
        return Section.of(
                        "manifest",
                        "One environment: its servers, secrets, publications and services.",
                        Part.of(required("environment", TEXT, "The environment's name."), ENVIRONMENT),
                        Part.of(optional(
                                "production",
                                BOOLEAN,
                                "",
                                "Whether weak values and placeholders are errors and not only warnings. Without it: true,"
                                        + " unless the environment is named dev, development or test.")),
                        Part.of(optional(
                                "patience",
                                DURATION,
                                "2m",
                                "How long a run waits for something that does not answer before it turns round.")),
                        Part.optional("servers", server.description(), new Each(NAME, server)),
                        new Part("secrets", true, "", secret().description(), new Each(SECRET_NAME, secret())),
                        Part.optional("publish", publication.description(), new Listed(publication)),
                        Part.optional("services", service.description(), new Each(NAME, service)),
                        Part.optional("store", store().description(), store()),
                        Part.optional("backup", backup().description(), backup()))
                .without("schedule", notYet("schedules are"));
    }

    private static Section secret() {
        Section provided = Section.of(
                "provided",
                "A value that the operator obtained elsewhere.",
                Part.of(required("env-file", PATH, "The env file in which the operator writes it.")),
                Part.of(required("key", TEXT, "Its key in that file."), ENV_KEY));
        Section account = Section.of(
                        "account",
                        "The account that a generated or provided password opens.",
                        Part.of(required("server", TEXT, "The account server, by its name in `servers`."), NAME),
                        Part.of(required("user", TEXT, "The account's name on the server.")),
                        Part.of(optional(
                                "login", BOOLEAN, "true", "False for a role that owns things and must never log in.")))
                .without(
                        "users",
                        new Later(
                                Optional.of("user"), "`user`: alternating accounts are not supported in this version"));
        return Section.of(
                        "secrets",
                        "The secrets by name. Each says exactly one of `generate`, `provided`, `derive` and `immutable`.",
                        Part.of(
                                optional(
                                        "generate",
                                        TEXT,
                                        "",
                                        "Made by Keyturn: `alphanumeric(n)` of so many characters; `hex(n)`, `base64(n)`,"
                                                + " `base64url(n)` of so many random bytes; `fernet`. At least 128 bits."),
                                GENERATOR),
                        Part.optional("provided", provided.description(), provided),
                        Part.of(
                                optional(
                                        "derive",
                                        TEXT,
                                        "",
                                        "Put together from others: text with `{secret}` and `{secret.user}`, each"
                                                + " percent-encoded; `{{` and `}}` are braces."),
                                Form.SOME_TEXT),
                        Part.of(
                                optional("immutable", TEXT, "", "Never rotated; the text is the reason."),
                                Form.SOME_TEXT),
                        Part.optional("account", account.description(), account),
                        Part.of(optional(
                                "overlap",
                                DURATION,
                                "",
                                "With `generate`: how long verifiers keep the previous value, which is published as"
                                        + " `secret.previous`.")),
                        Part.of(optional(
                                "minimum",
                                INTEGER,
                                "",
                                "The least length of a value in characters. Without it: " + MINIMUM
                                        + ", for derived and immutable ones 1.")),
                        Part.of(optional(
                                "maximum", INTEGER, "" + MAXIMUM, "The greatest length of a value in characters.")),
                        Part.of(optional("max-age", DURATION, "", "After how long a value should have been rotated.")))
                .exactlyOne("generate", "provided", "derive", "immutable")
                .without("encrypts", notYet("re-encryption of rows is"));
    }

    private static Section store() {
        return Section.of(
                "store",
                "Where Keyturn keeps values, versions and the journal of runs.",
                Part.of(optional("directory", PATH, "", "Without it: `.keyturn/<environment>` beside the manifest.")),
                Part.of(optional(
                        "key-file",
                        PATH,
                        "",
                        "The key that the store is encrypted with. Without it: the directory's name with `.key`, beside"
                                + " the directory, so that a copy of the one is not a copy of both.")));
    }

    private static Section backup() {
        return Section.of(
                "backup",
                "Where backups go. Without it none are made.",
                Part.of(required("directory", PATH, "The folder for them.")),
                Part.of(optional("keep", INTEGER, "8", "How many are kept; at least 1.")),
                Part.of(required("passphrase-file", PATH, "The file whose first line is the passphrase.")));
    }

    private static Later notYet(String what) {
        return new Later(Optional.empty(), "nothing: " + what + " not supported in this version");
    }

    private static Choice choice(
            String word, List<Technology> technologies, Class<? extends Technology> role, Part... inside) {
        List<Technology> among = technologies.stream()
                .filter(role::isInstance)
                .sorted(Comparator.comparing(Technology::name))
                .toList();
        for (Technology technology : among) {
            for (Part part : inside) {
                if (technology.settings().stream().anyMatch(s -> s.name().equals(part.name()))) {
                    throw new IllegalArgumentException(
                            "technology " + technology.name() + " declares " + part.name() + ", which the core reads");
                }
            }
        }
        return new Choice(word, among, List.of(inside));
    }
}
