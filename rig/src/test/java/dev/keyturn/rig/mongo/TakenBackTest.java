package dev.keyturn.rig.mongo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import dev.keyturn.rig.MongoShare;
import dev.keyturn.rig.OnMongo;
import org.bson.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/** Not about MongoDB but about shares; this part is the quickest to look at. */
@OnMongo
@Timeout(300)
class TakenBackTest {
    private static String given;

    @Test
    void aShareIsTakenBackAlsoWhenItsTestFails(MongoShare mongo) {
        SummaryGeneratingListener summary = new SummaryGeneratingListener();
        LauncherFactory.create(LauncherConfig.builder()
                        .enableLauncherSessionListenerAutoRegistration(false)
                        .build())
                .execute(
                        LauncherDiscoveryRequestBuilder.request()
                                .selectors(selectClass(Failing.class))
                                .build(),
                        summary);
        assertThat(summary.getSummary().getTestsFailedCount()).isEqualTo(1);
        assertThat(given).isNotNull().isNotEqualTo(mongo.name());
        assertThat(mongo.admin().listDatabaseNames()).doesNotContain(given);
        assertThat(mongo.admin()
                        .getDatabase("admin")
                        .getCollection("system.users")
                        .countDocuments(new Document("db", given)))
                .isZero();
    }

    @OnMongo
    static class Failing {
        @Test
        void usesItsShareAndFails(MongoShare mongo) {
            given = mongo.name();
            Users.create(mongo.database(), "app", "old", "readWrite");
            mongo.database().getCollection("rows").insertOne(new Document("n", 1));
            throw new AssertionError("meant to fail");
        }
    }
}
