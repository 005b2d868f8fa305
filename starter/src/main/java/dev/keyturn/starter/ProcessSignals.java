package dev.keyturn.starter;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

/**
 * The signals of this process.
 *
 * <p>A shutdown hook would not do: all hooks run at once, so those of an engine or of a private server would pull away
 * what the turn-round still needs, and the exit code would be the signal's instead of the run's. {@code
 * sun.misc.Signal} is in {@code jdk.unsupported}, which the JDK keeps until it has a replacement (JEP 260). It is
 * reached by name because javac's warning about it cannot be silenced and would fail the build.
 */
final class ProcessSignals implements Signals {
    private static final List<String> NAMES = List.of("INT", "TERM", "HUP");

    @Override
    public Listening listen(IntConsumer heard) {
        var count = new AtomicInteger();
        List<Runnable> restore = new ArrayList<>();
        for (var name : NAMES) {
            try {
                var type = Class.forName("sun.misc.Signal");
                var handlerType = Class.forName("sun.misc.SignalHandler");
                var handle = type.getMethod("handle", type, handlerType);
                var signal = type.getConstructor(String.class).newInstance(name);
                var handler = Proxy.newProxyInstance(
                        handlerType.getClassLoader(), new Class<?>[] {handlerType}, (proxy, method, arguments) -> {
                            heard.accept(count.incrementAndGet());
                            return null;
                        });
                var before = handle.invoke(null, signal, handler);
                restore.add(() -> {
                    try {
                        handle.invoke(null, signal, before);
                    } catch (ReflectiveOperationException e) {
                        throw new IllegalStateException("The signal " + name + " cannot be given back", e);
                    }
                });
            } catch (ReflectiveOperationException e) {
                // Under -Xrs, or on a JDK without it, the signal keeps its effect: the process ends, and the next
                // command goes on, as after any other death.
            }
        }
        return () -> restore.forEach(Runnable::run);
    }
}
