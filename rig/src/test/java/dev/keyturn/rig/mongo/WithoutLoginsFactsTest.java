package dev.keyturn.rig.mongo;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.model.ExposedPort;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import dev.keyturn.rig.DockerShare;
import dev.keyturn.rig.MongoShare;
import dev.keyturn.rig.OnDocker;
import dev.keyturn.rig.OnMongo;
import java.util.List;
import org.bson.Document;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A server that wants no login, beside the one that does. */
@OnMongo
@OnDocker
@Timeout(300)
class WithoutLoginsFactsTest {
    private static final Document WRITE =
            new Document("insert", "rows").append("documents", List.of(new Document("n", 1)));

    private int port;

    @BeforeEach
    void start(DockerShare docker) {
        docker.docker("run", "-d", "--name", docker.name(), "-p", "127.0.0.1::27017", image(), "mongod")
                .expectSuccess();
        port = Integer.parseInt(docker.client()
                .inspectContainerCmd(docker.name())
                .exec()
                .getNetworkSettings()
                .getPorts()
                .getBindings()
                .get(ExposedPort.tcp(27017))[0]
                .getHostPortSpec());
        try (MongoClient anybody = anybody(port)) {
            anybody.getDatabase("admin").runCommand(new Document("ping", 1)); // waits until it answers
            Users.create(anybody.getDatabase("shop"), "app", "right", "read");
        }
    }

    /** Unlike PostgreSQL with {@code trust}: so a wrong password that is refused does not show that a password is wanted. */
    @Test
    void aWrongPasswordIsRefusedAllTheSame() {
        assertThat(loginAs("app", "right")).isZero();
        assertThat(loginAs("app", "wrong")).isEqualTo(Users.REFUSED);
        assertThat(loginAs("nobody", "wrong")).isEqualTo(Users.REFUSED);
    }

    @Test
    void onlyAWriteWithoutALoginTellsThatNoneIsWanted(MongoShare mongo) {
        try (MongoClient anybody = anybody(port)) {
            assertThat(Users.codeOf(() -> anybody.getDatabase("shop").runCommand(WRITE)))
                    .isZero();
        }
        try (MongoClient nobody = anybody(mongo.port())) {
            assertThat(Users.codeOf(() -> nobody.getDatabase(mongo.name()).runCommand(WRITE)))
                    .as("where logins are wanted")
                    .isEqualTo(Users.UNAUTHORIZED);
        }
    }

    @Test
    void rolesMeanNothingThere() {
        try (MongoClient reader = Users.login("127.0.0.1", port, "shop", "app", "right", settings -> {})) {
            assertThat(Users.codeOf(() -> reader.getDatabase("elsewhere").runCommand(WRITE)))
                    .isZero();
        }
    }

    private int loginAs(String user, String password) {
        try (MongoClient client = Users.login("127.0.0.1", port, "shop", user, password, settings -> {})) {
            return Users.codeOf(() -> client.getDatabase("shop").runCommand(new Document("ping", 1)));
        }
    }

    private static MongoClient anybody(int port) {
        return MongoClients.create("mongodb://127.0.0.1:" + port + "/?directConnection=true");
    }

    private static String image() {
        return System.getenv("KEYTURN_RIG_IMAGE_MONGO");
    }
}
