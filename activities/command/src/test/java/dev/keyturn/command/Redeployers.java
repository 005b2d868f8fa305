package dev.keyturn.command;

import dev.keyturn.spi.Redeployer;
import dev.keyturn.spi.Settings;
import dev.keyturn.spi.Technology;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;

/** Opens redeployers as the worker does. */
final class Redeployers {
    private Redeployers() {}

    /** @param running empty: no command that looks */
    static Redeployer open(Path directory, Duration within, List<String> roll, List<String> running) {
        Technology.ForRedeployer technology = ServiceLoader.load(Technology.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(one -> one.name().equals("command"))
                .map(Technology.ForRedeployer.class::cast)
                .findFirst()
                .orElseThrow();
        Map<String, Object> values = new HashMap<>(Map.of("roll", roll, "within", within, "directory", directory));
        if (!running.isEmpty()) {
            values.put("running", running);
        }
        return technology.open(new Settings(values));
    }
}
