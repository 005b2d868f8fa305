package dev.keyturn.steps.manifest;

/** Text of a manifest as messages quote it: on one line and not at any length. */
final class Quoted {
    private static final int MOST = 60;

    private Quoted() {}

    static String of(String text) {
        String line = text.codePoints()
                .limit(MOST)
                .map(c -> Character.isISOControl(c) ? ' ' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
        return "`" + line + (text.codePointCount(0, text.length()) > MOST ? "…" : "") + "`";
    }
}
