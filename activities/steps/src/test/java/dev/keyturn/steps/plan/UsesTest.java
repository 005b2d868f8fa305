package dev.keyturn.steps.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.steps.manifest.Manifest;
import dev.keyturn.steps.manifest.Manifests;
import dev.keyturn.steps.manifest.Secret;
import dev.keyturn.steps.manifest.Service;
import java.util.List;
import org.junit.jupiter.api.Test;

class UsesTest {
    private final Manifest manifest = Manifests.ofEachKind();
    private final Uses uses = new Uses(manifest);

    @Test
    void aDerivedSecretIsMadeOfItsSourcesHoweverDeep() {
        assertThat(uses.parts("all_urls")).containsExactlyInAnyOrder("all_urls", "app_url", "app_pw", "cache_pw");
        assertThat(uses.parts("app_pw")).containsExactly("app_pw");
    }

    @Test
    void whatIsDerivedFollowsItsSources() {
        assertThat(uses.withDerived(List.of("app_pw")))
                .extracting(Secret::name)
                .containsExactly("app_pw", "app_url", "all_urls");
    }

    @Test
    void aChangeReachesAServiceThroughWhatIsDerived() {
        Service first = manifest.services().get("first");
        Service third = manifest.services().get("third");

        assertThat(uses.reaches(first, "app_pw")).isTrue();
        assertThat(uses.reaches(first, "cache_pw")).isFalse();
        assertThat(uses.reaches(third, "app_pw")).isFalse();
        assertThat(uses.heldBy(first)).containsExactlyInAnyOrder("app_url", "app_pw", "ring");
    }

    @Test
    void aPublicationPublishesWhatItHasAFieldOf() {
        assertThat(uses.publishes(manifest.publications().get(0), "app_pw")).isTrue();
        assertThat(uses.publishes(manifest.publications().get(1), "app_pw")).isFalse();
    }
}
