package dev.keyturn.files;

/**
 * One key as it stands in an env file.
 *
 * @param key the key
 * @param line the line it begins on, from 1
 * @param start where its value begins in the text, quotes included; where one would be put if it has none
 * @param end where its value ends in the text, quotes included
 * @param form how the value is written
 * @param raw what stands there: between the quotes, with what the quotes themselves escape taken out
 */
record Entry(String key, int line, int start, int end, Form form, String raw) {
    enum Form {
        /** A key without an equals sign: its value comes from the environment of whoever reads the file. */
        INHERITED,
        UNQUOTED,
        SINGLE_QUOTED,
        DOUBLE_QUOTED
    }

    @Override
    public String toString() {
        return key + " on line " + line;
    }
}
