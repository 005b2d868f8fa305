package dev.keyturn.workflows.contract;

/**
 * The right to change an environment, held by one run.
 *
 * @param environment the environment's name
 * @param run the run's identity
 * @param store the store's identity: a worker with another store refuses
 * @param epoch higher than that of every earlier holder
 */
public record Lease(String environment, String run, String store, long epoch) {}
