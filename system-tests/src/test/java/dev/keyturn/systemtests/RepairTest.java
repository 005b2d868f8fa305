package dev.keyturn.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.sandbox.ElevenSecrets;
import dev.keyturn.systemtests.RunInProcess.Assignment;
import dev.keyturn.workflows.contract.Outcome;
import dev.keyturn.workflows.contract.Purpose;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol;

/** What a repair may replace, what it must leave, and that it is finished after a crash. */
class RepairTest extends OnOneDrill {
    private static final String BY_HAND = "by-hand-0123456789-abcdefgh";

    /** Redis accepts several passwords at once: that it accepts the store's says nothing against another. */
    @Test
    void aPasswordThatNobodyKnowsIsLeftInPlaceWithTheCopyThatHoldsIt() throws IOException {
        Path key = drill.system().keyFile("redis_password");
        String stores = Drill.read(key);
        acl(stores, ">" + BY_HAND);
        Files.writeString(key, BY_HAND);

        Outcome outcome = drill.run(Drill.withoutBackup(Purpose.REPAIR));

        assertKind(outcome, Outcome.Kind.REFUSED);
        assertThat(drill.logins().tried("redis_password", BY_HAND)).isEqualTo("accepted");
        assertThat(Drill.read(key).equals(BY_HAND)).as("the copy is left").isTrue();
        acl(stores, "<" + BY_HAND);
        Files.writeString(key, stores);
        drill.assertConsistent();
    }

    @Test
    void aRepairThatWasKilledBeforeItSetAnAccountBackIsFinishedByTheNext() {
        String secret = "postgres_app_user_pw";
        String retired = drill.picture().values().get(secret);
        assertKind(drill.run(rotation(secret)), Outcome.Kind.DONE);
        sql("ALTER ROLE " + ElevenSecrets.ROLES.get(secret) + " PASSWORD '" + retired + "'");
        Spot beforeSwitch = new Spot("promote switch main", Moment.BEFORE);
        RunInProcess.kill(Assignment.of(drill, Purpose.REPAIR, beforeSwitch));

        Outcome outcome = drill.run(Drill.withoutBackup(Purpose.REPAIR));

        assertKind(outcome, Outcome.Kind.DONE);
        drill.logins().assertRefused(secret, retired);
        drill.assertConsistent();
    }

    /** As when its data folder is put back: it has every password of before the rotation, the administrator's too. */
    @Test
    void aServerThatWasRestoredFromBeforeARotationIsBroughtForward() {
        Map<String, String> before = drill.picture().values();
        assertKind(drill.run(Drill.withoutBackup(Purpose.ROTATE)), Outcome.Kind.DONE);
        ElevenSecrets.ROLES.forEach(
                (secret, role) -> sql("ALTER ROLE " + role + " PASSWORD '" + before.get(secret) + "'"));
        sql("ALTER ROLE postgres PASSWORD '" + before.get("postgres_password") + "'");

        assertKind(drill.run(Drill.withoutBackup(Purpose.REPAIR)), Outcome.Kind.DONE);

        drill.logins().assertRefused("postgres_password", before.get("postgres_password"));
        ElevenSecrets.ROLES.keySet().forEach(secret -> drill.logins().assertRefused(secret, before.get(secret)));
        drill.assertConsistent();
    }

    private void acl(String password, String rule) {
        var redis = drill.system().redis();
        try (Connection connection = new Connection(redis.host(), redis.port())) {
            for (String[] words : List.of(
                    new String[] {"AUTH", password},
                    new String[] {"ACL", "SETUSER", "default", rule},
                    new String[] {"ACL", "SAVE"})) {
                connection.sendCommand(Protocol.Command.valueOf(words[0]), Arrays.copyOfRange(words, 1, words.length));
                assertThat(connection.getStatusCodeReply()).isEqualTo("OK");
            }
        }
    }
}
