package dev.keyturn.spi;

import java.util.List;

/**
 * What an adapter module offers under one name in the manifest. Found by {@link java.util.ServiceLoader} as this type.
 * Opening must be cheap and touch nothing outside: errors belong to the first method that is called.
 */
public sealed interface Technology {
    /** The word in the manifest: {@code postgres}, {@code env-file}. */
    String name();

    /** Its settings, in the order in which the reference shows them. */
    List<Setting> settings();

    /** A technology whose servers have accounts. */
    non-sealed interface ForAccountServer extends Technology {
        /**
         * @param administrator every credential that the administrator may have now, the likeliest first
         * @param sessionName the name to give every administrative session, {@link Fence#sessionName()} of the holder; for a
         *     look without a lock {@code keyturn}
         */
        AccountServer open(Settings settings, List<Credential> administrator, String sessionName);
    }

    /** A technology that publishes values. */
    non-sealed interface ForPublisher extends Technology {
        Publisher open(Settings settings);

        /** For a person: which place these settings mean, for example the file's path. */
        String place(Settings settings);
    }

    /** A technology that redeploys services. */
    non-sealed interface ForRedeployer extends Technology {
        Redeployer open(Settings settings);
    }

    /** A technology that checks services. */
    non-sealed interface ForCheck extends Technology {
        Check open(Settings settings);
    }
}
