package dev.keyturn.steps.plan;

import static dev.keyturn.steps.store.States.current;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.steps.manifest.Manifest;
import dev.keyturn.steps.manifest.Manifests;
import dev.keyturn.steps.manifest.Secret;
import dev.keyturn.steps.store.Due;
import dev.keyturn.steps.store.State;
import dev.keyturn.steps.store.States;
import dev.keyturn.steps.store.Stores;
import dev.keyturn.steps.store.Version;
import dev.keyturn.steps.store.Version.Origin;
import dev.keyturn.workflows.contract.Purpose;
import dev.keyturn.workflows.contract.Remark;
import dev.keyturn.workflows.contract.Request;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SelectionTest {
    private final Manifest manifest = Manifests.ofEachKind();
    private final State full = States.of(
            manifest.secrets().keySet().stream().map(name -> current(name, 3)).toArray(Version[]::new));
    private final State empty = States.of();
    private Set<String> providedDiffers = Set.of();
    private Map<String, Adoption> adoptions = Map.of();

    @Test
    void aRotationChangesWhatIsGeneratedAndWhatIsDerivedFromIt() {
        Selection selection = select(full, Purpose.ROTATE);

        assertThat(origins(selection))
                .isEqualTo(Map.of(
                        "admin_pw", Origin.GENERATED,
                        "app_pw", Origin.GENERATED,
                        "cache_pw", Origin.GENERATED,
                        "ring", Origin.GENERATED,
                        "single", Origin.GENERATED,
                        "app_url", Origin.DERIVED,
                        "all_urls", Origin.DERIVED));
        assertThat(selection.remarks()).isEmpty();
        assertThat(selection.wanted()).allSatisfy(wanted -> {
            assertThat(wanted.from()).isEqualTo(3);
            assertThat(wanted.to()).isEqualTo(4);
        });
    }

    @Test
    void wantedSecretsStandInTheManifestsOrder() {
        assertThat(select(full, Purpose.ROTATE).wanted())
                .extracting(wanted -> wanted.secret().name())
                .containsExactly("admin_pw", "app_pw", "cache_pw", "ring", "single", "app_url", "all_urls");
    }

    @Test
    void onlyWhatIsNamedChangesAndWhatIsDerivedFromItHoweverDeep() {
        assertThat(origins(select(full, Purpose.ROTATE, "app_pw")))
                .isEqualTo(Map.of("app_pw", Origin.GENERATED, "app_url", Origin.DERIVED, "all_urls", Origin.DERIVED));
        assertThat(origins(select(full, Purpose.ROTATE, "ring"))).isEqualTo(Map.of("ring", Origin.GENERATED));
    }

    @Test
    void aDerivedSecretIsRefusedNamingItsSources() {
        Selection selection = select(full, Purpose.ROTATE, "all_urls");

        assertThat(selection.wanted()).isEmpty();
        assertThat(selection.remarks()).singleElement().satisfies(remark -> {
            assertThat(remark.blocks()).isTrue();
            assertThat(remark.found()).isEqualTo("is derived from app_url, cache_pw");
            assertThat(remark.next()).isEqualTo("keyturn rotate --only app_url,cache_pw");
        });
    }

    @Test
    void anImmutableSecretIsRefusedWithItsReasonWhenNamedAndLeftOutWhenNot() {
        assertThat(select(full, Purpose.ROTATE, "salt").remarks())
                .singleElement()
                .extracting(Remark::found)
                .isEqualTo("is immutable: changing it unlinks every pseudonym");
        assertThat(origins(select(full, Purpose.ROTATE))).doesNotContainKey("salt");
    }

    @Test
    void aSecretThatIsNotInTheManifestIsRefused() {
        Selection selection = select(full, Purpose.ROTATE, "app_password");

        assertThat(selection.remarks()).singleElement().satisfies(remark -> {
            assertThat(remark.object()).isEqualTo("app_password");
            assertThat(remark.blocks()).isTrue();
        });
    }

    @Test
    void aProvidedSecretChangesWhenTheOperatorsFileHoldsAnotherValue() {
        providedDiffers = Set.of("token");

        assertThat(origins(select(full, Purpose.ROTATE))).containsEntry("token", Origin.PROVIDED);
    }

    @Test
    void aProvidedSecretThatIsNamedMustHaveChanged() {
        assertThat(select(full, Purpose.ROTATE).remarks()).isEmpty();

        assertThat(select(full, Purpose.ROTATE, "token").remarks())
                .singleElement()
                .satisfies(remark -> {
                    assertThat(remark.found()).contains("provided.env").contains("still holds");
                    assertThat(remark.next()).contains("keyturn rotate --only token");
                });
    }

    @Test
    void aSecretWithoutACurrentVersionIsNotRotated() {
        State without = States.of(current("app_pw", 1));

        Selection selection = select(without, Purpose.ROTATE, "ring");

        assertThat(selection.wanted()).isEmpty();
        assertThat(selection.remarks()).extracting(Remark::next).containsExactly("keyturn import, or keyturn setup");
    }

    @Test
    void numbersAreNeverUsedAgain() {
        State after = States.of(current("ring", 1), Stores.version("ring", 2, Version.Status.ABANDONED, "never-used"));

        assertThat(select(after, Purpose.ROTATE, "ring").wanted())
                .extracting(Wanted::from, Wanted::to)
                .containsExactly(org.assertj.core.groups.Tuple.tuple(1, 3));
    }

    @Test
    void aDerivedSecretThatHasNoValueIsMadeAsSoonAsItCanBe() {
        State urlMissing = States.of(current("app_pw", 1), current("ring", 1));

        assertThat(origins(select(urlMissing, Purpose.ROTATE, "ring")))
                .isEqualTo(Map.of("ring", Origin.GENERATED, "app_url", Origin.DERIVED));
    }

    @Test
    void aSetUpTakesOverWhatIsPublishedAndGeneratesTheRest() {
        adoptions = published("app_pw", "salt", "token");

        assertThat(origins(select(empty, Purpose.SETUP)))
                .isEqualTo(Map.of(
                        "admin_pw", Origin.GENERATED,
                        "app_pw", Origin.ADOPTED,
                        "cache_pw", Origin.GENERATED,
                        "ring", Origin.GENERATED,
                        "single", Origin.GENERATED,
                        "token", Origin.ADOPTED,
                        "salt", Origin.ADOPTED,
                        "app_url", Origin.DERIVED,
                        "all_urls", Origin.DERIVED));
    }

    @Test
    void aSetUpNeverInventsAnImmutableValue() {
        assertThat(select(empty, Purpose.SETUP, "salt").remarks())
                .singleElement()
                .matches(Remark::blocks);
    }

    @Test
    void aSetUpLeavesAloneWhatHasAValue() {
        assertThat(select(full, Purpose.SETUP).wanted()).isEmpty();
    }

    @Test
    void aForcedSetUpGeneratesAnewButNeitherProvidedNorImmutableValues() {
        assertThat(origins(select(full, Purpose.SETUP, true, List.of())))
                .containsKeys("admin_pw", "app_pw", "app_url")
                .doesNotContainKeys("token", "salt");
    }

    @Test
    void anImportTakesOverAndRefusesWhatItDoesNotFind() {
        adoptions = new HashMap<>(published("admin_pw", "app_pw", "cache_pw", "ring", "salt"));
        adoptions.put("token", new Adoption.Possible(Origin.PROVIDED, "as given by the operator"));

        Selection selection = select(empty, Purpose.IMPORT);

        assertThat(origins(selection))
                .containsEntry("app_pw", Origin.ADOPTED)
                .containsEntry("token", Origin.PROVIDED)
                .containsEntry("app_url", Origin.DERIVED)
                .doesNotContainKey("single");
        assertThat(selection.remarks()).extracting(Remark::object).containsExactly("single");
    }

    @Test
    void whereNothingShowsWhichValueIsRightNeitherAnImportNorASetUpGoesOn() {
        adoptions = new HashMap<>(published("admin_pw", "cache_pw", "ring", "single", "token", "salt"));
        adoptions.put("app_pw", new Adoption.Undecided("account app on main", "refuses both", "one of them"));

        for (Purpose purpose : List.of(Purpose.IMPORT, Purpose.SETUP)) {
            Selection selection = select(empty, purpose);
            assertThat(origins(selection)).doesNotContainKeys("app_pw", "app_url");
            assertThat(selection.remarks()).singleElement().satisfies(remark -> {
                assertThat(remark.object()).isEqualTo("account app on main");
                assertThat(remark.blocks()).isTrue();
            });
        }
        assertThat(origins(select(empty, Purpose.SETUP, true, List.of()))).containsEntry("app_pw", Origin.GENERATED);
    }

    @Test
    void aSetUpGeneratesNothingWhileABackupThatMayHoldTheValueCannotBeOpened() {
        adoptions = Map.of("single", new Adoption.Nothing("; backup x: the passphrase does not open it"));

        Selection selection = select(empty, Purpose.SETUP);

        assertThat(origins(selection)).doesNotContainKey("single").containsEntry("ring", Origin.GENERATED);
        assertThat(selection.remarks())
                .filteredOn(remark -> remark.object().equals("single"))
                .singleElement()
                .satisfies(remark -> assertThat(remark.found()).contains("backup x"));
    }

    @Test
    void whatIsDerivedIsNotTakenOverFromItsCopies() {
        adoptions = published("app_pw", "app_url");

        for (Purpose purpose : List.of(Purpose.IMPORT, Purpose.SETUP)) {
            assertThat(origins(select(empty, purpose))).containsEntry("app_url", Origin.DERIVED);
        }
    }

    @Test
    void anImportNeverReplacesWhatTheStoreHas() {
        adoptions = published("app_pw");

        assertThat(select(full, Purpose.IMPORT).wanted()).isEmpty();
    }

    @Test
    void aRepairAimsAtTheCurrentVersions() {
        Selection selection = select(full, Purpose.REPAIR);

        assertThat(selection.wanted()).hasSize(9).noneMatch(Wanted::isNew);
    }

    @Test
    void aRepairWithdrawsAVerifierOfWhichTheTimeIsOver() {
        State waiting =
                States.of(Stores.version("ring", 1, Version.Status.PREVIOUS, "verified-until-now"), current("ring", 2));

        assertThat(select(waiting.withDue(new Due("ring", 1, Stores.NOW)), Purpose.REPAIR)
                        .wanted())
                .extracting(Wanted::from, Wanted::to)
                .containsExactly(org.assertj.core.groups.Tuple.tuple(1, 2));
        assertThat(select(waiting.withDue(new Due("ring", 1, Stores.NOW.plusSeconds(1))), Purpose.REPAIR)
                        .wanted())
                .noneMatch(Wanted::isNew);
    }

    @Test
    void aVerifierThatStillWaitsIsNotWithdrawnBecauseAnotherNeedsToWaitNoLonger() {
        State waiting = States.of(
                        Stores.version("ring", 1, Version.Status.PREVIOUS, "verified-for-a-while"),
                        Stores.version("ring", 2, Version.Status.PREVIOUS, "verified-until-now"),
                        current("ring", 3))
                .withDue(new Due("ring", 1, Stores.NOW.plusSeconds(1)))
                .withDue(new Due("ring", 2, Stores.NOW));

        assertThat(select(waiting, Purpose.REPAIR).wanted()).noneMatch(Wanted::isNew);
    }

    private Selection select(State state, Purpose purpose, String... only) {
        return select(state, purpose, false, List.of(only));
    }

    private Selection select(State state, Purpose purpose, boolean force, List<String> only) {
        Request request = new Request("test", purpose, only, true, force, "", "ann", "");
        return new Selection(manifest, state, Stores.NOW, providedDiffers::contains, this::adoption).select(request);
    }

    private Adoption adoption(Secret secret) {
        return adoptions.getOrDefault(secret.name(), new Adoption.Nothing(""));
    }

    private static Map<String, Adoption> published(String... secrets) {
        return Stream.of(secrets)
                .collect(Collectors.toMap(
                        secret -> secret,
                        secret -> new Adoption.Possible(Origin.ADOPTED, "taken over from where it is published")));
    }

    private static Map<String, Origin> origins(Selection selection) {
        return selection.wanted().stream()
                .collect(Collectors.toMap(wanted -> wanted.secret().name(), Wanted::origin));
    }
}
