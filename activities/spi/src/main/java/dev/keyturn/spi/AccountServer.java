package dev.keyturn.spi;

import java.util.List;

/**
 * What a credential opens: a PostgreSQL, Redis or MongoDB server. Opened with every credential that the administrator
 * may have now (pending, current, previous): it finds out by trying which one holds.
 *
 * <p>Not safe for use by several threads. No method prompts, and none waits longer than the technology's time-outs.
 * Every method throws {@link AdapterException} and nothing else: UNAVAILABLE when the server does not answer, DENIED when
 * none of the administrator's credentials is taken or its rights do not suffice.
 */
public interface AccountServer extends AutoCloseable {
    ServerIdentity identity();

    /** The addresses that consumers use; the first is the server itself. Never empty. */
    List<Endpoint> endpoints();

    /** How this principal can be changed, found by looking at the server. */
    Capabilities capabilities(Principal who);

    /**
     * Tries to log in, with a wrong password as control: a login that is taken together with the control is {@code
     * OPEN}. A wrong password that this object saw refused seconds ago is a control too. Never throws because of what the server answers.
     * Leaves no session behind.
     */
    Login login(Endpoint via, Credential credential);

    /**
     * Everything that would make {@link #ensure} fail later, without changing anything: accounts that do not exist, an expired
     * role, missing rights, authentication that is off, passwords that do not persist.
     */
    List<Finding> preflight(List<AccountState> wanted);

    /**
     * Makes exactly {@code accept} work on each account. Looks first: an account that accepts all that is wanted and
     * nothing else that is recognised is left alone. An account on which neither {@code accept} nor {@code recognise}
     * works is drift, unless {@code overwrite}; then no account of the call is written. All or nothing where the server can
     * ({@link Capabilities#atomicSet}). Returns after proof by login through every endpoint.
     *
     * <p>Idempotent: run again, or again after a cut in any place, it has the same effect; the same credential always
     * becomes the same verifier. The administrator's own account must come alone; the session that changed it stays open
     * until a second one has logged in with the new credential.
     *
     * @throws AdapterException DRIFT before any write; FENCED before any write; VALUE_REJECTED if the server's policy
     *     does not take a value; UNAVAILABLE also when the outcome is unknown: run it again
     */
    List<Applied> ensure(Fence fence, List<AccountState> wanted);

    /** This moment, which every session that is open now is before and every later one is after. Takes no longer than a question. */
    Mark mark();

    /**
     * Ends the sessions of {@code who} that were open at the mark, and proves that none is left. Never touches a later session or the one
     * it asks with. Sessions of the administrator that bear the fence's name or {@code keyturn} are left, for another Keyturn may have
     * them open, and waited for; one that stays is no evidence. For any other account a name, which each client chooses, protects
     * nothing. Idempotent: run again, it ends what is left of them.
     *
     * @param mark of this server, given by {@link #mark()} at any time before, perhaps to another process
     * @throws AdapterException CONFIGURATION if the mark is not one that this technology gives
     */
    Evidence drain(Fence fence, Principal who, Mark mark);

    /**
     * Ends the sessions that older holders of the fence's store left on this server, and what earlier tries of this holder left, all but
     * this object's own; returns how many. To be called before a holder's first effect, and before it turns round: from then on
     * no try that slept meanwhile can come to an end.
     */
    int endOlderSessions(Fence fence);

    /** Closes what is open; idempotent; never throws. */
    @Override
    void close();
}
