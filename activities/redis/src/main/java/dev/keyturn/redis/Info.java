package dev.keyturn.redis;

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
}
