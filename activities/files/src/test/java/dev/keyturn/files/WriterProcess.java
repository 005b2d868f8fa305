package dev.keyturn.files;

import dev.keyturn.spi.AdapterException;
import dev.keyturn.spi.Finding;
import dev.keyturn.spi.Publisher;
import dev.keyturn.spi.Snapshot;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Writes in a process of its own, which a test can kill or run as another user. */
final class WriterProcess {
    private WriterProcess() {}

    /** {@code loop <directory>}: old, new, old, … until killed. {@code once <file>}: K=new; prints what happened. */
    public static void main(String[] arguments) {
        Path path = Path.of(arguments[1]);
        if (arguments[0].equals("loop")) {
            loop(Publishers.keyDirectory(path));
        }
        Publisher publisher = Publishers.envFile(path);
        for (Finding finding : publisher.preflight()) {
            System.out.println(finding.severity() + " " + finding.found());
        }
        try {
            Snapshot before = publisher.read();
            Snapshot after = publisher.render(before, Publishers.values("K", "new"));
            publisher.write(Publishers.holding(), before, after);
            System.out.println("WRITTEN");
        } catch (AdapterException e) {
            System.out.println(e.reason());
        }
    }

    private static void loop(Publisher publisher) {
        Snapshot before = publisher.read();
        Snapshot after = publisher.render(before, KillTest.values(KillTest.NEW));
        System.out.println("READY");
        while (true) {
            publisher.write(Publishers.holding(), before, after);
            publisher.write(Publishers.holding(), after, before);
        }
    }

    static Process start(List<String> prefix, String... arguments) throws java.io.IOException {
        List<String> command = new ArrayList<>(prefix);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx64m", "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path")));
        command.add(WriterProcess.class.getName());
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }
}
