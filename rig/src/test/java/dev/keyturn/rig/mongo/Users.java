package dev.keyturn.rig.mongo;

import com.mongodb.MongoClientSettings;
import com.mongodb.MongoCredential;
import com.mongodb.MongoException;
import com.mongodb.ServerAddress;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoDatabase;
import dev.keyturn.rig.MongoShare;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.bson.Document;

/** What the tests say to a server about users. */
final class Users {
    /** The server's code for a refused login. */
    static final int REFUSED = 18;

    /** The server's code for what a user may not do. */
    static final int UNAUTHORIZED = 13;

    private Users() {}

    static void create(MongoDatabase database, String user, String password, Object... roles) {
        database.runCommand(new Document("createUser", user)
                .append("pwd", password)
                .append("roles", List.of(roles))
                .append("mechanisms", List.of("SCRAM-SHA-256")));
    }

    static void setPassword(MongoDatabase database, String user, String password) {
        database.runCommand(new Document("updateUser", user)
                .append("pwd", password)
                .append("mechanisms", List.of("SCRAM-SHA-256"))
                .append("writeConcern", new Document("w", "majority").append("wtimeout", 10_000)));
    }

    /** What the server tells of a user; with what it stores for the password, too. */
    static Document info(MongoDatabase database, String user) {
        return database.runCommand(
                        new Document("usersInfo", new Document("user", user).append("db", database.getName()))
                                .append("showCredentials", true))
                .getList("users", Document.class)
                .get(0);
    }

    /** A client that logs in as this user of the share's database. The caller closes it. */
    static MongoClient login(MongoShare mongo, String user, String password) {
        return login(mongo, user, password, settings -> {});
    }

    static MongoClient login(
            MongoShare mongo, String user, String password, Consumer<MongoClientSettings.Builder> settings) {
        return login(mongo.host(), mongo.port(), mongo.name(), user, password, settings);
    }

    static MongoClient login(
            String host,
            int port,
            String database,
            String user,
            String password,
            Consumer<MongoClientSettings.Builder> more) {
        MongoClientSettings.Builder settings = MongoClientSettings.builder()
                .applyToClusterSettings(cluster -> cluster.hosts(List.of(new ServerAddress(host, port)))
                        .serverSelectionTimeout(30, TimeUnit.SECONDS))
                .credential(MongoCredential.createScramSha256Credential(user, database, password.toCharArray()));
        more.accept(settings);
        return MongoClients.create(settings.build());
    }

    /** The server's code for what this user gets with this password, 0 if it is let in. */
    static int tryLogin(MongoShare mongo, String user, String password) {
        try (MongoClient client = login(mongo, user, password)) {
            return codeOf(() -> client.getDatabase(mongo.name()).runCommand(new Document("connectionStatus", 1)));
        }
    }

    /** The code of the server's refusal, or 0. */
    static int codeOf(Runnable action) {
        try {
            action.run();
            return 0;
        } catch (MongoException e) {
            // The driver wraps a refused login.
            return e.getCause() instanceof MongoException cause ? cause.getCode() : e.getCode();
        }
    }
}
