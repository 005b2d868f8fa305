package dev.keyturn.workflows.contract;

import java.util.List;

/**
 * What a person asks for. It names an environment and never a place: the worker reads the manifest itself, so whoever
 * may start a run cannot point it elsewhere.
 *
 * @param environment the environment's name
 * @param purpose what the run is for
 * @param only the secrets to change; empty for all that can be
 * @param backup whether to write a backup first; before-images are kept in any case
 * @param force whether values that are not recognised may be replaced (set-up only)
 * @param reason why, for the audit; may be empty
 * @param by who asks, for the audit
 * @param digest of the plan that was agreed to; empty to agree to whatever is planned
 */
public record Request(
        String environment,
        Purpose purpose,
        List<String> only,
        boolean backup,
        boolean force,
        String reason,
        String by,
        String digest) {
    public Request {
        only = List.copyOf(only);
    }

    public static Request of(String environment, Purpose purpose, String by) {
        return new Request(environment, purpose, List.of(), true, false, "", by, "");
    }

    public Request withOnly(List<String> secrets) {
        return new Request(environment, purpose, secrets, backup, force, reason, by, digest);
    }

    public Request withDigest(String agreed) {
        return new Request(environment, purpose, only, backup, force, reason, by, agreed);
    }
}
