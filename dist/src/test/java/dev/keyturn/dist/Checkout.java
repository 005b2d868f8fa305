package dev.keyturn.dist;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/**
 * A checkout as the launcher finds it after a build, in a folder of its own: the real launcher and the real Java, and Keyturn as these
 * tests have it, or in its place a program that says what it was given (words, files, and variables behind {@code $}), because it starts in a tenth of the time.
 */
final class Checkout {
    private static final String PROGRAM = """
            package dev.keyturn.dist;
            public final class Main {
                public static void main(String[] words) throws Exception {
                    java.io.PrintStream out = new java.io.PrintStream(System.out, true, "UTF-8");
                    for (String word : words) {
                        if (word.startsWith("$")) {
                            out.println(System.getenv(word.substring(1)));
                            continue;
                        }
                        boolean there = !word.isEmpty() && java.nio.file.Files.exists(java.nio.file.Path.of(word));
                        out.println(word + (there ? " is there" : ""));
                    }
                }
            }
            """;

    private final Path root;

    /** What a start came to. */
    record End(int code, String out, String err) {}

    private Checkout(Path root) {
        this.root = root;
    }

    /** With the classes of this very build; {@code root} is made if it is missing. */
    static Checkout ofKeyturn(Path root) throws IOException {
        Path lib = empty(root);
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            Path classes = Path.of(entry);
            if (!Files.isDirectory(classes)) {
                Files.createSymbolicLink(lib.resolve(classes.getFileName()), classes.toAbsolutePath());
            } else if (classes.endsWith("target/classes")) {
                jar(
                        lib.resolve("keyturn-"
                                + classes.resolve("../..").normalize().getFileName() + "-1.jar"),
                        classes);
            }
        }
        return new Checkout(root);
    }

    private static void jar(Path file, Path classes) throws IOException {
        try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(file));
                Stream<Path> found = Files.walk(classes)) {
            for (Path path : found.filter(Files::isRegularFile).toList()) {
                jar.putNextEntry(new JarEntry(classes.relativize(path).toString()));
                Files.copy(path, jar);
            }
        }
    }

    private static Path empty(Path root) throws IOException {
        Path lib = Files.createDirectories(root.resolve("dist/target/lib"));
        Files.copy(Path.of("../keyturn"), root.resolve("keyturn"), StandardCopyOption.COPY_ATTRIBUTES);
        return lib;
    }

    /** With the program; {@code root} is made if it is missing. */
    static Checkout ofProgram(Path root) throws IOException {
        Path lib = empty(root);
        Path source =
                Files.createDirectories(root.resolve("dist/target/program")).resolve("Main.java");
        Files.writeString(source, PROGRAM, UTF_8);
        int compiled = ToolProvider.getSystemJavaCompiler()
                .run(null, null, null, "-d", source.getParent().toString(), source.toString());
        if (compiled != 0) {
            throw new IllegalStateException("the program does not compile");
        }
        String main = "dev/keyturn/dist/Main.class";
        jar(lib.resolve("keyturn-starter-1.jar"), main, Files.readAllBytes(source.resolveSibling(main)));
        jar(lib.resolve("picocli-1.jar"), "empty", new byte[0]);
        return new Checkout(root);
    }

    static void jar(Path file, String name, byte[] content) throws IOException {
        try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(file))) {
            jar.putNextEntry(new JarEntry(name));
            jar.write(content);
            jar.closeEntry();
        }
    }

    Path lib() {
        return root.resolve("dist/target/lib");
    }

    Path root() {
        return root;
    }

    /** The class-data archives beside the build, by name. */
    List<String> archives() throws IOException {
        try (Stream<Path> found = Files.list(root.resolve("dist/target"))) {
            return found.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".jsa"))
                    .sorted()
                    .toList();
        }
    }

    /** Starts the launcher with these words and, but for what it needs to find programs and Java, these variables alone. */
    End start(Map<String, String> variables, String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("./keyturn"));
        command.addAll(List.of(words));
        return run(command, variables);
    }

    /** As {@link #start}, by a shell: {@code "$0"} is the launcher. It can make words that this process has no letters for. */
    End shell(Map<String, String> variables, String script) throws IOException, InterruptedException {
        return run(List.of("sh", "-c", script, "./keyturn"), variables);
    }

    private End run(List<String> command, Map<String, String> variables) throws IOException, InterruptedException {
        Path out = Files.createTempFile(root, "start", ".out");
        Path err = Files.createTempFile(root, "start", ".err");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(root.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().clear();
        builder.environment().put("PATH", System.getenv("PATH"));
        builder.environment().put("HOME", root.toString());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().putAll(variables);
        Process process = builder.start();
        process.getOutputStream().close();
        if (!process.waitFor(2, TimeUnit.MINUTES)) {
            process.destroyForcibly();
            throw new AssertionError("the launcher did not end: " + Files.readString(err, UTF_8));
        }
        return new End(process.exitValue(), Files.readString(out, UTF_8), Files.readString(err, UTF_8));
    }
}
