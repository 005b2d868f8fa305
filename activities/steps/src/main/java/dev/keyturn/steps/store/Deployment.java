package dev.keyturn.steps.store;

/**
 * What a service was last redeployed to.
 *
 * @param generation the set of values
 * @param run the run that redeployed it
 * @param complete false from just before the redeployment until it returned
 * @param millis how long the last complete redeployment took; -1 if there was none
 */
public record Deployment(String generation, String run, boolean complete, long millis) {}
