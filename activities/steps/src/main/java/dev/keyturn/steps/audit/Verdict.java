package dev.keyturn.steps.audit;

/** What a look at the whole audit found. */
public sealed interface Verdict {
    /**
     * Every entry is there, in order and unchanged.
     *
     * @param count of the entries
     * @param torn whether a crash left a part of one more entry, which the next entry will say
     */
    record Intact(long count, boolean torn) implements Verdict {}

    /**
     * The file was changed by somebody else.
     *
     * @param line the first line, from 1, that is not as it was written; one past the last if lines are missing at the end
     * @param why what is wrong with it
     */
    record Broken(long line, String why) implements Verdict {}
}
