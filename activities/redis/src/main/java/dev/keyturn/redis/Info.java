package dev.keyturn.redis;

import dev.keyturn.spi.AdapterException;
import dev.keyturn.spi.AdapterException.Reason;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** A section of what the server says about itself: {@code INFO}. */
record Info(Map<String, String> fields) {
    static Info read(Session session, String section) {
        return of((String) session.call("INFO", section));
    }

    static Info of(String text) {
        Map<String, String> fields = new HashMap<>();
        text.lines().forEach(line -> {
            int colon = line.indexOf(':');
            if (colon > 0) {
                fields.put(line.substring(0, colon), line.substring(colon + 1));
            }
        });
        return new Info(fields);
    }

    /** A field's text; empty if the server does not tell it. */
    String get(String name) {
        return fields.getOrDefault(name, "");
    }

    /**
     * The time that the server goes by while it runs one command or transaction, of which it takes the whole seconds for
     * the age of a session. TIME is another clock: it reads anew and may be a second ahead of that.
     */
    Instant time() {
        if (!fields.containsKey("server_time_usec")) {
            throw new AdapterException(
                    Reason.CONFIGURATION,
                    "this Redis does not tell its time in INFO server; expected: Redis 6.2 or later; nothing was changed");
        }
        long micros = Long.parseLong(fields.get("server_time_usec"));
        return Instant.ofEpochSecond(micros / 1_000_000, micros % 1_000_000 * 1_000);
    }
}
