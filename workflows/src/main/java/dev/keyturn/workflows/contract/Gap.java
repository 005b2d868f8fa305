package dev.keyturn.workflows.contract;

/**
 * A time in which new logins of an account fail, because it accepts one credential at a time.
 *
 * @param account which account, and on which server
 * @param predictedMillis the most that the plan foresaw
 * @param measuredMillis from the switch until the last consumer ran with the new value; -1 while not measured
 */
public record Gap(String account, long predictedMillis, long measuredMillis) {}
