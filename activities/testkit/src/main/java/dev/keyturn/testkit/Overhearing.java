package dev.keyturn.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.spi.AdapterException;
import dev.keyturn.spi.SecretValue;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/**
 * Listens to all that an adapter says in a test (results, exceptions, log) and looks for the values that the test made:
 * none may ever be said. Also holds an adapter to throwing its one exception, without a cause.
 */
final class Overhearing {
    private final List<String> said = new ArrayList<>();
    private final Set<SecretValue> values = new LinkedHashSet<>();
    private final Handler log = new Listener();

    Overhearing() {
        Logger.getLogger("").addHandler(log);
    }

    SecretValue secret(SecretValue value) {
        values.add(value);
        return value;
    }

    /** The adapter itself, overheard. */
    <T> T listenTo(Class<T> role, T adapter) {
        Object overheard =
                Proxy.newProxyInstance(role.getClassLoader(), new Class<?>[] {role}, (self, method, arguments) -> {
                    try {
                        Object result = method.invoke(adapter, arguments);
                        say(String.valueOf(result));
                        return result;
                    } catch (InvocationTargetException e) {
                        throw checked(method.getName(), e.getCause());
                    }
                });
        return role.cast(overheard);
    }

    /** Fails if a value was said. */
    void finish() {
        Logger.getLogger("").removeHandler(log);
        String all;
        synchronized (said) {
            all = String.join("\n", said);
        }
        if (!values.isEmpty()) {
            assertThat(CanaryScan.of(values).text("what the adapter said", all).hits())
                    .as("values that the adapter said in a result, an exception or a log")
                    .isEmpty();
        }
    }

    private Throwable checked(String method, Throwable thrown) {
        StringWriter printed = new StringWriter();
        thrown.printStackTrace(new PrintWriter(printed));
        say(printed.toString());
        if (!(thrown instanceof AdapterException)) {
            return new AssertionError(
                    method + " threw " + thrown.getClass().getName() + " and not AdapterException", thrown);
        }
        if (thrown.getCause() != null || thrown.getSuppressed().length > 0) {
            return new AssertionError(method + " passed another exception on, which may quote a value", thrown);
        }
        return thrown;
    }

    private void say(String text) {
        synchronized (said) {
            said.add(text);
        }
    }

    private final class Listener extends Handler {
        private final SimpleFormatter formatter = new SimpleFormatter();

        @Override
        public void publish(LogRecord line) {
            say(formatter.format(line));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
