package dev.keyturn.spi;

/** One address under which consumers reach an account server: itself, a pooler before it, a replica. */
public record Endpoint(String host, int port) {
    @Override
    public String toString() {
        return host + ":" + port;
    }
}
