package dev.keyturn.steps.site;

import static dev.keyturn.steps.store.States.current;
import static dev.keyturn.steps.store.States.move;
import static dev.keyturn.steps.store.States.value;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.spi.Credential;
import dev.keyturn.spi.SecretValue;
import dev.keyturn.steps.arrangement.Arrangement;
import dev.keyturn.steps.arrangement.Course;
import dev.keyturn.steps.arrangement.Which;
import dev.keyturn.steps.arrangement.Wish;
import dev.keyturn.steps.manifest.Manifest;
import dev.keyturn.steps.manifest.Manifests;
import dev.keyturn.steps.manifest.Publication;
import dev.keyturn.steps.manifest.Reference;
import dev.keyturn.steps.store.Due;
import dev.keyturn.steps.store.Run;
import dev.keyturn.steps.store.State;
import dev.keyturn.steps.store.States;
import dev.keyturn.steps.store.Stores;
import dev.keyturn.steps.store.Version;
import dev.keyturn.steps.store.Version.Origin;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ValuesTest {
    private final Manifest manifest = Manifests.ofEachKind();
    private final State state = States.of(
            current("ring", 1),
            Stores.version("ring", 2, Version.Status.PENDING, value("ring", 2)),
            current("single", 7),
            Stores.version("app_pw", 1, Version.Status.RETIRED, value("app_pw", 1)),
            Stores.version("app_pw", 2, Version.Status.PREVIOUS, value("app_pw", 2)),
            current("app_pw", 3),
            Stores.version("app_pw", 4, Version.Status.PENDING, value("app_pw", 4)));
    private final Run run = States.run(
            Map.of("ring", 1, "app_pw", 3, "token", 0),
            Map.of(
                    "ring", move(Course.SIGNING_KEY_RING, Origin.GENERATED),
                    "app_pw", move(Course.PASSWORD_IN_PLACE, Origin.GENERATED),
                    "token", move(Course.PROVIDED, Origin.PROVIDED)));
    private final Values values = new Values(manifest, state, run);

    @Test
    void eachSideOfARunHasItsVersion() {
        assertThat(values.number("ring", Which.OLD)).hasValue(1);
        assertThat(values.number("ring", Which.NEW)).hasValue(2);
        assertThat(values.value("ring", Which.NEW)).contains(SecretValue.of(value("ring", 2)));
    }

    @Test
    void outsideOfTheRunBothSidesAreCurrent() {
        assertThat(values.number("single", Which.OLD)).hasValue(7);
        assertThat(values.number("single", Which.NEW)).hasValue(7);
        assertThat(Values.current(manifest, state).number("app_pw", Which.NEW)).hasValue(3);
    }

    @Test
    void aVerifierThatWaitsForItsTimeKeepsItsPlaceInOtherRuns() {
        State waiting = States.of(
                        Stores.version("ring", 1, Version.Status.PREVIOUS, value("ring", 1)), current("ring", 2))
                .withDue(new Due("ring", 1, Stores.NOW));
        Values others = new Values(manifest, waiting, States.run(Map.of(), Map.of()));

        assertThat(others.resolve(new Reference("ring", Reference.Part.PREVIOUS), Wish.both(Which.NEW)))
                .contains(SecretValue.of(value("ring", 1)));
        assertThat(others.resolve(new Reference("ring", Reference.Part.VALUE), Wish.both(Which.NEW)))
                .contains(SecretValue.of(value("ring", 2)));
        assertThat(others.number("ring", Which.OLD))
                .as("of the key itself both sides are the current version")
                .hasValue(2);
    }

    @Test
    void ofSeveralVerifiersTheOneThatWaitsLongestHasThePlaceWhateverItsNumber() {
        State waiting = States.of(
                        Stores.version("ring", 1, Version.Status.PREVIOUS, value("ring", 1)),
                        Stores.version("ring", 2, Version.Status.PREVIOUS, value("ring", 2)),
                        current("ring", 3))
                .withDue(new Due("ring", 1, Stores.NOW.plusSeconds(60)))
                .withDue(new Due("ring", 2, Stores.NOW));

        assertThat(new Values(manifest, waiting, States.run(Map.of(), Map.of()))
                        .resolve(new Reference("ring", Reference.Part.PREVIOUS), Wish.both(Which.NEW)))
                .contains(SecretValue.of(value("ring", 1)));
    }

    @Test
    void whatHadNoVersionHasNoOldValue() {
        assertThat(values.number("token", Which.OLD)).isEmpty();
        assertThat(values.value("token", Which.NEW)).as("not made yet").isEmpty();
    }

    @Test
    void anAdministratorIsTriedWithTheNewTheOldWhatElseLivesAndAtLastWithWhatIsRetired() {
        assertThat(values.administrator(manifest.secrets().get("app_pw")))
                .extracting(Credential::password)
                .containsExactly(
                        SecretValue.of(value("app_pw", 4)),
                        SecretValue.of(value("app_pw", 3)),
                        SecretValue.of(value("app_pw", 2)),
                        SecretValue.of(value("app_pw", 1)));
    }

    @Test
    void everyKnownCredentialIsListedTheNewestFirst() {
        assertThat(values.known(manifest.secrets().get("app_pw")))
                .extracting(Credential::password)
                .containsExactly(
                        SecretValue.of(value("app_pw", 4)),
                        SecretValue.of(value("app_pw", 3)),
                        SecretValue.of(value("app_pw", 2)),
                        SecretValue.of(value("app_pw", 1)));
    }

    @Test
    void aSecretWithoutAnAccountHasNoCredential() {
        assertThat(values.credential(manifest.secrets().get("ring"), Which.NEW)).isEmpty();
    }

    @Test
    void aPublicationHoldsInEachPlaceWhatTheArrangementWants() {
        assertThat(held(Arrangement.START)).containsEntry("RING", 1).containsEntry("RING_OLD", 1);
        assertThat(held(Arrangement.INTRODUCE)).containsEntry("RING", 1).containsEntry("RING_OLD", 2);
        assertThat(held(Arrangement.PROMOTE)).containsEntry("RING", 2).containsEntry("RING_OLD", 1);
        assertThat(held(Arrangement.WITHDRAW)).containsEntry("RING", 2).containsEntry("RING_OLD", 2);
    }

    @Test
    void aFieldWithoutAValueIsLeftOutInsteadOfEmptied() {
        assertThat(held(Arrangement.START)).doesNotContainKeys("TOKEN", "URL", "SALT");
    }

    @Test
    void theUserOfAnAccountStandsForItsName() {
        assertThat(values.resolve(new Reference("app_pw", Reference.Part.USER), Wish.only(Which.NEW)))
                .contains(SecretValue.of("app"));
    }

    @Test
    void aKeyThatIsPublishedInASecondPlaceIsARing() {
        assertThat(course("ring")).isEqualTo(Course.SIGNING_KEY_RING);
        assertThat(course("single")).isEqualTo(Course.SIGNING_KEY_SINGLE);
        assertThat(course("token")).isEqualTo(Course.PROVIDED);
        assertThat(course("app_url")).isEqualTo(Course.DERIVED);
    }

    private Course course(String secret) {
        return Values.courseWithoutAccount(manifest, manifest.secrets().get(secret));
    }

    /** The version of the ring that stands in each field, or 0 for another secret's. */
    private Map<String, Integer> held(String arrangement) {
        Publication publication = manifest.publications().get(1);
        return values
                .fields(
                        publication,
                        secret ->
                                (secret.equals("ring") ? Course.SIGNING_KEY_RING : Course.PROVIDED).heldAt(arrangement))
                .entrySet()
                .stream()
                .collect(Collectors.toMap(
                        entry -> entry.getKey().name(),
                        entry -> state.versions().stream()
                                .filter(v -> v.secret().equals("ring"))
                                .filter(v -> v.value().orElseThrow().equals(entry.getValue()))
                                .findFirst()
                                .map(Version::number)
                                .orElse(0)));
    }
}
