package dev.keyturn.steps.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/** A second process for the tests: takes a store's lock or lease, says so, and stays until its input ends or it is killed. */
final class LockHolder {
    private LockHolder() {}

    public static void main(String[] arguments) throws IOException {
        FileStore store = Stores.open(Path.of(arguments[1]));
        if (arguments[0].equals("lock")) {
            store.exclusively(() -> {
                stay();
                return null;
            });
        } else {
            store.take(arguments[2]);
            stay();
        }
    }

    private static void stay() {
        try {
            System.out.println("held");
            while (System.in.read() >= 0) {
                // Nothing is sent.
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
