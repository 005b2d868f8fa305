package dev.keyturn.steps.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.steps.arrangement.Course;
import dev.keyturn.steps.manifest.Manifest;
import dev.keyturn.steps.manifest.Manifests;
import dev.keyturn.workflows.contract.Pass;
import dev.keyturn.workflows.contract.Step;
import dev.keyturn.workflows.contract.Step.Kind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ItineraryTest {
    private static final String ENV = "env-file .env";
    private static final String KEYS = "key-directory keys";

    private final Manifest manifest = Manifests.ofEachKind();

    @Test
    void passwordsAreWidenedPublishedSwitchedRedeployedCheckedAndAfterTheCommitNarrowed() {
        Itinerary itinerary = of(Map.of(
                "admin_pw", Course.PASSWORD_IN_PLACE,
                "app_pw", Course.PASSWORD_IN_PLACE,
                "cache_pw", Course.PASSWORD_WITH_OVERLAP,
                "app_url", Course.DERIVED,
                "all_urls", Course.DERIVED));

        assertThat(ids(itinerary.beforeCommit()))
                .containsExactly(
                        "promote widen cache",
                        "promote publish " + KEYS,
                        "promote publish " + ENV,
                        "promote switch main",
                        "promote switch-administrator main",
                        "promote redeploy first",
                        "promote redeploy second",
                        "promote check first",
                        "promote check second");
        assertThat(ids(itinerary.afterCommit())).containsExactly("withdraw narrow main", "withdraw narrow cache");
    }

    @Test
    void onlyWhatChangesIsTouched() {
        assertThat(ids(of(Map.of("single", Course.SIGNING_KEY_SINGLE)).beforeCommit()))
                .containsExactly("promote publish " + ENV, "promote redeploy second", "promote check second");
        assertThat(of(Map.of("single", Course.SIGNING_KEY_SINGLE)).afterCommit())
                .isEmpty();
        assertThat(of(Map.of()).beforeCommit()).isEmpty();
    }

    @Test
    void aSigningKeyWithSeveralVerifiersIsIntroducedPromotedAndLeftToItsDueDate() {
        Itinerary itinerary = of(Map.of("ring", Course.SIGNING_KEY_RING));

        assertThat(itinerary.beforeCommit()).extracting(Pass::arrangement).containsExactly("introduce", "promote");
        assertThat(ids(itinerary.beforeCommit()))
                .containsExactly(
                        "introduce publish " + ENV,
                        "introduce redeploy first",
                        "introduce check first",
                        "promote publish " + ENV,
                        "promote redeploy first",
                        "promote check first");
        assertThat(itinerary.afterCommit()).isEmpty();
    }

    @Test
    void aSigningKeyOfWhichTheTimeIsOverIsWithdrawnAndNothingElseIsTouched() {
        Itinerary itinerary = of(Map.of("ring", Course.SIGNING_KEY_RING_LATE));

        assertThat(itinerary.beforeCommit()).isEmpty();
        assertThat(ids(itinerary.afterCommit()))
                .containsExactly("withdraw publish " + ENV, "withdraw redeploy first", "withdraw check first");
    }

    @Test
    void aWithdrawalIsNotMadeForPasswordsThatRunBesideASigningKey() {
        Itinerary itinerary = of(
                Map.of("ring", Course.SIGNING_KEY_RING, "app_pw", Course.PASSWORD_IN_PLACE, "app_url", Course.DERIVED));

        assertThat(ids(itinerary.afterCommit())).containsExactly("withdraw narrow main");
        assertThat(ids(itinerary.beforeCommit()))
                .filteredOn(id -> id.startsWith("introduce"))
                .hasSize(3);
    }

    @Test
    void anEncryptionKeyThatStandsAloneStopsReencryptsPublishesAndStarts() {
        Itinerary itinerary = of(Map.of("single", Course.ENCRYPTION_KEY_SINGLE));

        assertThat(ids(itinerary.beforeCommit()).subList(0, 4))
                .containsExactly(
                        "promote stop second",
                        "promote reencrypt single",
                        "promote publish " + ENV,
                        "promote start second");
    }

    @Test
    void anEncryptionKeyOfARingReencryptsAfterTheCommitAndBeforeTheOldOneIsWithdrawn() {
        Itinerary itinerary = of(Map.of("ring", Course.ENCRYPTION_KEY_RING));

        assertThat(ids(itinerary.beforeCommit())).noneMatch(id -> id.contains("reencrypt"));
        assertThat(ids(itinerary.afterCommit()))
                .containsExactly(
                        "withdraw reencrypt ring",
                        "withdraw publish " + ENV,
                        "withdraw redeploy first",
                        "withdraw check first");
    }

    /** Whatever is rotated together, the order within a pass is one in which nobody is locked out. */
    @Test
    void theOrderOfTheKindsIsTheSameInEveryPass() {
        for (Map<String, Course> courses : manySelections()) {
            Itinerary itinerary = of(courses);
            Stream.of(itinerary.beforeCommit(), itinerary.back(), itinerary.forward())
                    .flatMap(List::stream)
                    .forEach(pass -> {
                        List<Kind> kinds = pass.steps().stream().map(Step::kind).toList();
                        assertThat(kinds).as(courses + " " + pass).isSorted();
                        assertThat(pass.steps()).doesNotHaveDuplicates();
                    });
        }
    }

    @Test
    void beforeTheCommitPointNothingIsNarrowed() {
        for (Map<String, Course> courses : manySelections()) {
            assertThat(of(courses).beforeCommit())
                    .allSatisfy(pass ->
                            assertThat(pass.steps()).extracting(Step::kind).doesNotContain(Kind.NARROW));
        }
    }

    @Test
    void theWayBackCoversEveryObjectThatTheWayForwardCouldTouch() {
        for (Map<String, Course> courses : manySelections()) {
            Itinerary itinerary = of(courses);
            Set<String> back = touched(itinerary.back());

            assertThat(back).as(courses.toString()).containsAll(touched(itinerary.beforeCommit()));
            // Rows that are re-encrypted after the commit point are never brought back.
            Set<String> after = touched(itinerary.afterCommit());
            courses.forEach((secret, course) ->
                    after.removeIf(object -> course == Course.ENCRYPTION_KEY_RING && object.equals(secret)));
            assertThat(back).as(courses.toString()).containsAll(after);
        }
    }

    @Test
    void theWayForwardCoversEveryObjectThatTheWayToTheCommitPointTouches() {
        for (Map<String, Course> courses : manySelections()) {
            Itinerary itinerary = of(courses);

            assertThat(touched(itinerary.forward()))
                    .as(courses.toString())
                    .containsAll(touched(itinerary.beforeCommit()));
        }
    }

    @Test
    void everyStepHasTimeAndAServiceAsMuchAsItsStartMayTake() {
        Itinerary itinerary = of(Map.of("single", Course.SIGNING_KEY_SINGLE));

        assertThat(itinerary.beforeCommit().get(0).steps())
                .filteredOn(step -> step.kind() == Kind.REDEPLOY)
                .singleElement()
                .extracting(Step::withinSeconds)
                .isEqualTo(80L);
    }

    @Test
    void aStepOnAServerHasMoreTimeTheMoreAccountsItHas() {
        Itinerary itinerary = of(Map.of("app_pw", Course.PASSWORD_IN_PLACE));

        assertThat(itinerary.beforeCommit().get(0).steps())
                .filteredOn(step -> step.kind() == Kind.SWITCH)
                .singleElement()
                .extracting(Step::withinSeconds)
                .isEqualTo(61L);
    }

    /** What a service, a server or a publication is touched as, so that a switch and a narrowing of one server are the same. */
    private static Set<String> touched(List<Pass> passes) {
        Set<String> objects = new HashSet<>();
        passes.forEach(pass -> pass.steps().forEach(step -> objects.add(step.object())));
        return objects;
    }

    /** Selections of secrets with courses that they may have, drawn with a fixed seed. */
    private List<Map<String, Course>> manySelections() {
        Random random = new Random(42);
        List<Map<String, Course>> many = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            Map<String, Course> courses = new LinkedHashMap<>();
            pick(random, courses, "admin_pw", Course.PASSWORD_IN_PLACE, Course.PASSWORD_WITH_OVERLAP);
            pick(random, courses, "app_pw", Course.PASSWORD_IN_PLACE, Course.PASSWORD_WITH_OVERLAP);
            pick(random, courses, "cache_pw", Course.PASSWORD_WITH_OVERLAP, Course.PASSWORD_IN_PLACE);
            pick(
                    random,
                    courses,
                    "ring",
                    Course.SIGNING_KEY_RING,
                    Course.ENCRYPTION_KEY_RING,
                    Course.SIGNING_KEY_RING_LATE);
            pick(random, courses, "single", Course.SIGNING_KEY_SINGLE, Course.ENCRYPTION_KEY_SINGLE);
            pick(random, courses, "token", Course.PROVIDED);
            pick(random, courses, "app_url", Course.DERIVED);
            pick(random, courses, "all_urls", Course.DERIVED);
            many.add(courses);
        }
        return many;
    }

    private static void pick(Random random, Map<String, Course> courses, String secret, Course... some) {
        if (random.nextBoolean()) {
            courses.put(secret, some[random.nextInt(some.length)]);
        }
    }

    private Itinerary of(Map<String, Course> courses) {
        List<Subject> subjects = manifest.secrets().values().stream()
                .filter(secret -> courses.containsKey(secret.name()))
                .map(secret -> new Subject(secret, courses.get(secret.name())))
                .toList();
        return new Itinerary(manifest, subjects);
    }

    private static List<String> ids(List<Pass> passes) {
        return passes.stream()
                .flatMap(pass -> pass.steps().stream())
                .map(Step::id)
                .toList();
    }
}
