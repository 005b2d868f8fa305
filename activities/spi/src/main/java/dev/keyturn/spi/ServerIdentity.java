package dev.keyturn.spi;

/**
 * What a server is, the same under every host name: PostgreSQL's system identifier, Redis's replication ID. Two
 * manifests that name one server by different addresses are found out by it.
 */
public record ServerIdentity(String technology, String id) {
    @Override
    public String toString() {
        return technology + " " + id;
    }
}
