package dev.keyturn.spi;

/**
 * What one instance of a service runs with.
 *
 * @param instance its name where it runs: a container, a pod, a process
 * @param wanted whether it runs with what was asked for
 * @param proof how strong the answer is
 */
public record Running(String instance, boolean wanted, Proof proof) {
    /** How an answer was come by, the strongest first. */
    public enum Proof {
        /** The content was seen inside the instance. */
        CONTENT,
        /** The instance bears the generation's label, which its deployment gave it. */
        LABEL,
        /** It was started after the values were published. */
        STARTED_AFTER,
        /** The technology cannot look; the redeploy command's own word is all there is. */
        WORD
    }
}
