package dev.keyturn.spi;

/**
 * A moment in the life of one server, by which it tells the sessions that were open by then from those that were opened later. Only the
 * technology that gave it reads it; it is kept in the store, and a later process may ask with it.
 *
 * @param text in the technology's own words, one line of at most 200 characters; nothing secret
 */
public record Mark(String text) {
    private static final int LONGEST = 200;

    /** @throws IllegalArgumentException if the text is empty, too long or of several lines */
    public Mark {
        if (text.isBlank() || text.length() > LONGEST || text.lines().count() > 1) {
            throw new IllegalArgumentException("a mark is one line of 1 to " + LONGEST + " characters");
        }
    }

    @Override
    public String toString() {
        return text;
    }
}
