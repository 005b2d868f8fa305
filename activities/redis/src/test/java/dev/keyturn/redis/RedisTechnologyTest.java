package dev.keyturn.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.sandbox.PrivateRedis.Persistence;
import dev.keyturn.spi.AccountState;
import dev.keyturn.spi.Credential;
import dev.keyturn.spi.Finding;
import dev.keyturn.spi.Finding.Severity;
import dev.keyturn.spi.Setting;
import dev.keyturn.spi.Technology;
import java.util.HashSet;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RedisTechnologyTest {
    @Test
    void itIsFoundByItsName() {
        assertThat(ServiceLoader.load(Technology.class))
                .extracting(Technology::name)
                .contains("redis");
    }

    @Test
    void settingsAreNamedOnce() {
        List<String> names =
                new RedisTechnology().settings().stream().map(Setting::name).toList();
        assertThat(new HashSet<>(names)).hasSameSizeAs(names);
    }

    @Test
    void rightsThatAreMissingAreNamed() {
        try (Setup setup = new Setup(Persistence.ACL_FILE)) {
            setup.send("ACL", "SETUSER", "app", "-acl|setuser", "-acl|save", "-client|kill");
            try (var server =
                    RedisBench.open(RedisBench.settings(List.of(setup.endpoint())), List.of(setup.old), "keyturn")) {
                assertThat(server.preflight(List.of()))
                        .filteredOn(finding -> finding.severity() == Severity.BLOCKS)
                        .extracting(Finding::found)
                        .containsExactly("no right to ACL SETUSER, CLIENT KILL, ACL SAVE");
            }
        }
    }

    @Test
    void anOpenDoorBesideTheAccountIsTold() {
        try (Setup setup = new Setup(Persistence.ACL_FILE)) {
            setup.send("ACL", "SETUSER", "default", "nopass");
            assertThat(setup.server.preflight(List.of(setup.narrowed())))
                    .filteredOn(finding -> finding.severity() == Severity.WARNS)
                    .extracting(Finding::object)
                    .anySatisfy(object -> assertThat(object).contains("user default"));
        }
    }

    @Test
    void aServerThatPersistsNothingIsToldAndDoesNotBlock() {
        try (Setup setup = new Setup(Persistence.NONE)) {
            assertThat(setup.server.preflight(List.of(setup.narrowed())))
                    .singleElement()
                    .satisfies(finding -> {
                        assertThat(finding.severity()).isEqualTo(Severity.WARNS);
                        assertThat(finding.found()).startsWith("nothing persists");
                    });
        }
    }

    @Test
    void fiveHundredAccountsAreChangedAtOnce() {
        try (Setup setup = new Setup(Persistence.ACL_FILE)) {
            List<Credential> old = IntStream.range(0, 500)
                    .mapToObj(i -> Credential.of("app" + i, "old" + i))
                    .toList();
            List<Credential> next = IntStream.range(0, 500)
                    .mapToObj(i -> Credential.of("app" + i, "new" + i))
                    .toList();
            try (Raw root = setup.root()) {
                old.forEach(c -> root.send(
                        "ACL",
                        "SETUSER",
                        c.user().name(),
                        "on",
                        ">" + c.password().reveal()));
            }
            List<AccountState> wanted = IntStream.range(0, 500)
                    .mapToObj(i -> AccountState.of(old.get(i).user(), List.of(next.get(i)), List.of(old.get(i))))
                    .toList();
            assertThat(setup.server.ensure(setup.fence, wanted)).hasSize(500).allMatch(a -> a.changed());
            setup.redis.kill();
            setup.redis.restart();
            assertThat(next.stream().filter(c -> !setup.accepts(c))).isEmpty();
            assertThat(old.stream().filter(setup::accepts)).isEmpty();
        }
    }
}
