package dev.keyturn.workflows.contract;

/**
 * The right to change an environment, held by one run.
 *
 * @param environment the environment's name
 * @param run the run's identity
 * @param store the store's identity: a worker with another store refuses
 * @param epoch higher than that of every earlier holder
 * @param patienceSeconds how long to try again what does not answer
 * @param call which of the run's calls of a step it is given to, from 1 upwards; 0 before the first. Whoever comes with an earlier one is late
 */
public record Lease(String environment, String run, String store, long epoch, long patienceSeconds, long call) {
    /** Stands for the absence of a lease. */
    public static final Lease NONE = new Lease("", "", "", 0, 0, 0);

    /** The same right, for this call. */
    public Lease forCall(long number) {
        return new Lease(environment, run, store, epoch, patienceSeconds, number);
    }
}
