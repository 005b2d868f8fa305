package dev.keyturn.steps.run;

import static dev.keyturn.steps.store.States.current;
import static dev.keyturn.steps.store.States.move;
import static dev.keyturn.steps.store.States.value;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.spi.SecretValue;
import dev.keyturn.steps.arrangement.Course;
import dev.keyturn.steps.backup.BackedUpValues;
import dev.keyturn.steps.look.Candidates;
import dev.keyturn.steps.look.Copies;
import dev.keyturn.steps.manifest.Manifest;
import dev.keyturn.steps.manifest.Manifests;
import dev.keyturn.steps.site.Site;
import dev.keyturn.steps.store.Run;
import dev.keyturn.steps.store.State;
import dev.keyturn.steps.store.States;
import dev.keyturn.steps.store.Stores;
import dev.keyturn.steps.store.Version;
import dev.keyturn.steps.store.Version.Origin;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StagingTest {
    /** The derived ones stand before what they are made of, so that the order of the manifest does not help. */
    private final Manifest manifest = Manifests.of("""
            servers:
              main: {postgres: {host: 127.0.0.1, admin: admin_pw}}
            secrets:
              all_urls: {derive: "{app_url} {ring}"}
              app_url: {derive: "postgresql://{app_pw.user}:{app_pw}@db:5432/app"}
              admin_pw: {generate: alphanumeric(32), account: {server: main, user: postgres}}
              app_pw: {generate: alphanumeric(32), account: {server: main, user: app}}
              ring: {generate: base64url(32), overlap: 24h}
            publish:
              - env-file: {path: .env, keys: {URLS: all_urls}}
            """);

    private final Copies none =
            Copies.read(new Site(withoutPublications(manifest), null, null, Optional.empty(), Clock.systemUTC()));
    private final Staging staging = new Staging(
            manifest, new Candidates(manifest, States.of(), none, new BackedUpValues(Optional.empty())), Stores.NOW);
    private final State before =
            States.of(current("app_pw", 1), current("app_url", 1), current("all_urls", 1), current("ring", 1));
    private final Run run = States.run(
            Map.of("app_pw", 1, "app_url", 1, "all_urls", 1),
            Map.of(
                    "app_pw", move(Course.PASSWORD_IN_PLACE, Origin.GENERATED),
                    "app_url", move(Course.DERIVED, Origin.DERIVED),
                    "all_urls", move(Course.DERIVED, Origin.DERIVED)));

    @Test
    void everyNewVersionIsPendingAndNothingCurrentIsTouched() {
        State after = staging.stage(before, run);

        assertThat(after.versions()).containsAll(before.versions()).hasSize(7);
        for (String secret : run.to().keySet()) {
            assertThat(after.version(secret, 2).orElseThrow().status()).isEqualTo(Version.Status.PENDING);
        }
        after.check();
    }

    @Test
    void whatIsDerivedIsMadeOfTheNewValuesHoweverDeepAndOfWhatStaysCurrent() {
        State after = staging.stage(before, run);

        String password = revealed(after, "app_pw");
        String url = "postgresql://app:" + password + "@db:5432/app";
        assertThat(revealed(after, "app_url")).isEqualTo(url);
        assertThat(revealed(after, "all_urls"))
                .isEqualTo("postgresql%3A%2F%2Fapp%3A" + password + "%40db%3A5432%2Fapp " + value("ring", 1));
    }

    @Test
    void aRunThatIsResumedKeepsItsValues() {
        State once = staging.stage(before, run);

        assertThat(staging.stage(once, run)).isEqualTo(once);
    }

    @Test
    void aRunThatWasCutOffBetweenTwoVersionsGoesOnFromTheFirst() {
        Version made = Stores.version("app_pw", 2, Version.Status.PENDING, "made-before-the-cut");

        State after = staging.stage(before.withVersions(List.of(made)), run);

        assertThat(revealed(after, "app_pw")).isEqualTo("made-before-the-cut");
        assertThat(revealed(after, "app_url")).contains(":made-before-the-cut@");
    }

    @Test
    void aPreviewGeneratesAndDerivesNothing() {
        assertThat(staging.preview(before, run)).isEqualTo(before);
    }

    @Test
    void whatHasNoSourceIsLeftOutInsteadOfMadeUp() {
        Run urlsOnly = States.run(Map.of("app_url", 0), Map.of("app_url", move(Course.DERIVED, Origin.DERIVED)));

        assertThat(staging.stage(States.of(), urlsOnly).versions()).isEmpty();
    }

    @Test
    void aRunThatKeepsItsVersionsMakesNone() {
        Run repair = States.run(Map.of(), Map.of());

        assertThat(staging.stage(before, repair)).isEqualTo(before);
    }

    private static Manifest withoutPublications(Manifest all) {
        return new Manifest(
                all.file(),
                all.fingerprint(),
                all.environment(),
                all.production(),
                all.servers(),
                all.secrets(),
                List.of(),
                all.services(),
                all.store(),
                all.backup(),
                all.patience());
    }

    private static String revealed(State state, String secret) {
        return state.version(secret, 2)
                .flatMap(Version::value)
                .map(SecretValue::reveal)
                .orElseThrow();
    }
}
