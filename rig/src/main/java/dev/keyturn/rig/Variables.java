package dev.keyturn.rig;

/** What the scripts of the rig print, as this process was given it. */
final class Variables {
    private Variables() {}

    static boolean isSet(String name) {
        String value = System.getenv(name);
        return value != null && !value.isBlank();
    }

    /** @throws IllegalStateException if it is not set */
    static String get(String name) {
        if (!isSet(name)) {
            throw new IllegalStateException(
                    name + " is not set, although its part of the rig is up; eval \"$(.ci/rig/all env)\" again");
        }
        return System.getenv(name);
    }
}
