package dev.keyturn.steps.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.steps.arrangement.Course;
import dev.keyturn.steps.manifest.Manifest;
import dev.keyturn.steps.manifest.Manifests;
import dev.keyturn.steps.plan.Subject;
import dev.keyturn.steps.store.State;
import dev.keyturn.steps.store.States;
import dev.keyturn.workflows.contract.Gap;
import dev.keyturn.workflows.contract.StepReport;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class GapsTest {
    private static final String APP = "app on main (app_pw)";

    private final Manifest manifest = Manifests.ofEachKind();
    private final State neverDeployed = States.of();

    @Test
    void aGapIsPredictedFromEveryRedeploymentUpToTheLastConsumer() {
        State state = States.deployed(States.deployed(neverDeployed, "first", 300), "second", 500);

        assertThat(new Gaps(manifest, state).predicted(appAndItsUrls()))
                .containsExactly(new Gap(APP, 1_000 + 2 * 300 + 2 * 500, -1));
    }

    @Test
    void aServiceThatWasNeverRedeployedTakesWhatTheManifestSays() {
        long first = manifest.services().get("first").startTime().toMillis();

        assertThat(new Gaps(manifest, neverDeployed).predicted(appAndItsUrls()))
                .containsExactly(new Gap(APP, 1_000 + first + 10_000, -1));
    }

    @Test
    void whatAcceptsOldAndNewHasNoGap() {
        assertThat(new Gaps(manifest, neverDeployed).predicted(subjects("cache_pw", Course.PASSWORD_WITH_OVERLAP)))
                .isEmpty();
    }

    @Test
    void anAccountThatNoServiceUsesHasNoGap() {
        assertThat(new Gaps(manifest, neverDeployed).predicted(subjects("admin_pw", Course.PASSWORD_IN_PLACE)))
                .isEmpty();
    }

    @Test
    void aGapIsMeasuredFromTheSwitchToTheLastConsumersRedeployment() {
        List<StepReport> steps = List.of(
                report("promote switch main", true, 10_000, 200),
                report("promote redeploy first", true, 10_300, 1_000),
                report("promote redeploy second", true, 11_400, 600),
                report("promote check first", true, 12_100, 5_000));

        assertThat(new Gaps(manifest, neverDeployed).measured(appAndItsUrls(), steps))
                .extracting(Gap::measuredMillis)
                .containsExactly(2_000L);
    }

    @Test
    void whatWasNotSwitchedOrNotRedeployedIsNotMeasured() {
        Gaps gaps = new Gaps(manifest, neverDeployed);

        assertThat(gaps.measured(appAndItsUrls(), List.of()))
                .extracting(Gap::measuredMillis)
                .containsExactly(-1L);
        assertThat(gaps.measured(appAndItsUrls(), List.of(report("promote switch main", true, 10_000, 200))))
                .extracting(Gap::measuredMillis)
                .containsExactly(-1L);
        assertThat(gaps.measured(
                        appAndItsUrls(),
                        List.of(
                                report("promote switch main", false, 10_000, 200),
                                report("promote redeploy second", true, 11_400, 600))))
                .extracting(Gap::measuredMillis)
                .containsExactly(-1L);
    }

    private List<Subject> appAndItsUrls() {
        return Stream.of(
                        subjects("app_pw", Course.PASSWORD_IN_PLACE),
                        subjects("app_url", Course.DERIVED),
                        subjects("all_urls", Course.DERIVED))
                .flatMap(List::stream)
                .toList();
    }

    private List<Subject> subjects(String secret, Course course) {
        return List.of(new Subject(manifest.secrets().get(secret), course));
    }

    private static StepReport report(String step, boolean changed, long began, long millis) {
        return new StepReport(step, changed, "", began, millis, List.of());
    }
}
