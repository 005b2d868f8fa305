package dev.keyturn.steps.arrangement;

import java.util.List;

/** The names of the arrangements. */
public final class Arrangement {
    /** Everybody can verify or decrypt the new value, nobody uses it. */
    public static final String INTRODUCE = "introduce";
    /** Everybody uses the new value. */
    public static final String PROMOTE = "promote";
    /** Nobody accepts the old value. */
    public static final String WITHDRAW = "withdraw";
    /** As everything was found when the run began. */
    public static final String START = "start";

    /** The passes in the order in which they are made. */
    public static final List<String> IN_ORDER = List.of(INTRODUCE, PROMOTE, WITHDRAW);

    private Arrangement() {}
}
