package dev.keyturn.rig;

import com.mongodb.ConnectionString;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoDatabase;
import java.util.Objects;
import org.bson.Document;

/**
 * A database of one's own on a real MongoDB, a replica set of one that wants logins, with its administrator. Users made in this
 * database ({@link #database()} as their authentication database) are removed with it at the end, as are its roles.
 */
public final class MongoShare implements AutoCloseable {
    private final ConnectionString uri;
    private final String name;
    private final MongoClient admin;

    private MongoShare(String uri, String name) {
        this.uri = new ConnectionString(uri);
        this.name = name;
        this.admin = MongoClients.create(this.uri);
    }

    static MongoShare open(String name) {
        return new MongoShare(
                Part.MONGODB.isUp() ? Variables.get("KEYTURN_RIG_MONGO_URI") : ContainerMongo.uri(), name);
    }

    public String host() {
        return address()[0];
    }

    public int port() {
        return Integer.parseInt(address()[1]);
    }

    /** The administrator of the whole server; the user stands in the database {@code admin} and has the role {@code root}. */
    public String adminUser() {
        return Objects.requireNonNull(uri.getCredential()).getUserName();
    }

    /** A test's own value: safe to be used, and still not to be printed. */
    public String adminPassword() {
        return new String(Objects.requireNonNull(
                Objects.requireNonNull(uri.getCredential()).getPassword()));
    }

    /** The name of this test's database. */
    public String name() {
        return name;
    }

    /** A client logged in as the administrator; closed at the end. */
    public MongoClient admin() {
        return admin;
    }

    /** This test's database, as the administrator sees it. */
    public MongoDatabase database() {
        return admin.getDatabase(name);
    }

    @Override
    public void close() {
        try (admin) {
            database().runCommand(new Document("dropAllUsersFromDatabase", 1));
            database().runCommand(new Document("dropAllRolesFromDatabase", 1));
            database().drop();
        }
    }

    private String[] address() {
        return uri.getHosts().get(0).split(":", 2);
    }
}
