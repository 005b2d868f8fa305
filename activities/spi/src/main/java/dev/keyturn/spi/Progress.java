package dev.keyturn.spi;

/** How an adapter that takes long says that it is alive, and learns that it must stop. Safe for use by several threads. */
@FunctionalInterface
public interface Progress {
    /**
     * Says that the work goes on. To be called at least every five seconds.
     *
     * @param where for a person and for a later attempt; never a value
     * @throws AdapterException CANCELLED if the work must stop at the next safe place
     * @throws RuntimeException of another kind if this process ends: whoever calls ends what it has started, and lets it pass
     */
    void alive(String where);
}
