package dev.keyturn.testkit;

import dev.keyturn.spi.AccountServer;
import dev.keyturn.spi.Credential;
import dev.keyturn.spi.Endpoint;
import dev.keyturn.spi.Principal;
import dev.keyturn.spi.SecretValue;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A real server with the adapter to be tested in front of it, and a way to look at the server past the adapter: the
 * contracts believe nothing that only the adapter says. One bench may serve all tests of a class, one after the other.
 */
public interface AccountServerBench {
    /**
     * Opens the adapter.
     *
     * @param endpoints as in the manifest: the first is the server itself, to be administered through this address; the
     *     others are more addresses by which consumers come
     * @param administrator as {@link dev.keyturn.spi.Technology.ForAccountServer#open} takes it
     */
    AccountServer open(List<Endpoint> endpoints, List<Credential> administrator, String sessionName);

    /** The server itself, without a detour; it may change with {@link #killAndRestart}. */
    Endpoint endpoint();

    /** An administrator that may do everything. No contract changes it. */
    Credential administrator();

    /** Makes one more administrator that may do everything, also change itself. */
    void createAdministrator(Credential credential);

    /** Makes an account that accepts this credential; without {@code mayLogin} it has it and refuses it. */
    void createAccount(Credential credential, boolean mayLogin);

    /** Lets an account log in that was made, or changed, not to. */
    void allowLogin(Principal who);

    /** Makes an account that takes any password. False if this server cannot have one. */
    boolean createOpenAccount(Principal who);

    /** All that the server stores of an account that {@code ensure} could change, or "" if there is none. */
    String stored(Principal who);

    /** How many sessions an account has open. */
    int sessions(Principal who);

    /**
     * Logs in as a consumer does, with the technology's driver and past the adapter.
     *
     * @param sessionName the name to give the session; "" for none
     * @return the session, or nothing if the server refused the credential
     * @throws IllegalStateException if the server gave no answer
     */
    Optional<Session> connect(Credential credential, String sessionName);

    /** Ends the server without a warning, as {@code kill -9} does, and starts it again with what it had stored. */
    void killAndRestart();

    /** Names of accounts that are legal here and hard to quote. */
    List<String> oddNames();

    /** The longest that a method of the adapter may take with a server that says nothing. */
    default Duration patience() {
        return Duration.ofSeconds(30);
    }

    /** A session that a consumer holds. */
    interface Session extends AutoCloseable {
        /** Whether the server still answers in it. */
        boolean isAlive();

        @Override
        void close();
    }

    /** A shorter way to say it. */
    default boolean accepts(Principal who, SecretValue password) {
        Optional<Session> session = connect(new Credential(who, password), "");
        session.ifPresent(Session::close);
        return session.isPresent();
    }
}
