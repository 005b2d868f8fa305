package dev.keyturn.redis;

/** What the server answered to one command. */
sealed interface Reply {
    /**
     * It was done.
     *
     * @param value a String, a Long, a List of replies' values, or null; within a transaction a {@link Refusal} may stand in the list
     */
    record Answer(Object value) implements Reply {}

    /**
     * It was not done.
     *
     * @param code the first word: {@code ERR}, {@code NOPERM}, {@code WRONGPASS}
     * @param text the whole answer, without anything that was sent as a secret or stands for one
     */
    record Refusal(String code, String text) implements Reply {
        /** Whether the server is there, but not ready to say anything about a login. */
        boolean isPassing() {
            return switch (code) {
                case "LOADING", "MASTERDOWN", "BUSY", "TRYAGAIN", "CLUSTERDOWN", "DENIED" -> true;
                default -> text.contains("max number of clients");
            };
        }
    }
}
