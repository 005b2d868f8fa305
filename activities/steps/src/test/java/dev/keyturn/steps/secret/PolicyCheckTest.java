package dev.keyturn.steps.secret;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyturn.spi.Finding;
import dev.keyturn.spi.Finding.Severity;
import dev.keyturn.spi.SecretValue;
import dev.keyturn.steps.manifest.Generator;
import dev.keyturn.steps.manifest.Kind;
import dev.keyturn.steps.manifest.Policy;
import dev.keyturn.steps.manifest.Reference;
import dev.keyturn.steps.manifest.Secret;
import dev.keyturn.steps.manifest.Template;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PolicyCheckTest {
    private static final Kind GENERATED = new Kind.Generated(Generator.parse("alphanumeric(32)"), Optional.empty());

    @ParameterizedTest
    @ValueSource(
            strings = {
                "changeme",
                "change-me",
                "CHANGE_ME",
                "changemechangemechangemechangeme",
                "placeholder",
                "admin",
                "admin123",
                "Password2026!",
                "MySecretPassword",
                "secret",
                "test",
                "test_database_password_long_enough",
                "dummy",
                "dummydummydummydummy",
                "your-api-key-goes-here-please",
                "your_jwt_secret_key_of_32_characters",
                "change-this-in-production-to-a-long-value",
                "default-jwt-secret",
                "sk_test_4eC39HqLyjWDarjtT1zdp7dc",
                "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                "0101010101010101"
            })
    void aPlaceholderIsAnErrorInProductionAndAWarningInDevelopment(String value) {
        Secret secret = secret(GENERATED, 1, 4096);

        assertThat(PolicyCheck.value(secret, SecretValue.of(value), true))
                .extracting(Finding::severity)
                .containsExactly(Severity.BLOCKS);
        assertThat(PolicyCheck.value(secret, SecretValue.of(value), false))
                .extracting(Finding::severity)
                .containsExactly(Severity.WARNS);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X7testQ9mZ2kLp4Vb8Rn3Ws6Yd1Hg5Jc",
                "k3AdminP0qWe8rTy2UiOp5AsDf7GhJk1",
                "9f86d081884c7d659a2feaa0c55ad015",
                "pLsecretz8Kq2Wm4Nx6Bv0Cy1Dt3Fg5",
                "latestGreatest0x7Kq9ZmWv3RtB",
                "GOCSPX-4nQ7vYx2LmKp9sTtW3zRb8Hd"
            })
    void aRandomValueWithSuchAWordInsidePasses(String value) {
        assertThat(PolicyCheck.value(secret(GENERATED, 24, 64), SecretValue.of(value), true))
                .isEmpty();
    }

    @Test
    void lengthsOutsideTheBoundsAreFoundAndTheBoundsAreInside() {
        Secret secret = secret(GENERATED, 24, 32);

        assertThat(lengths(secret, 23)).containsExactly("a value of 23 characters");
        assertThat(lengths(secret, 24)).isEmpty();
        assertThat(lengths(secret, 32)).isEmpty();
        assertThat(lengths(secret, 33)).containsExactly("a value of 33 characters");
    }

    @Test
    void aFindingSaysWhatToDoAndNeverTheValue() {
        List<Finding> findings = PolicyCheck.value(secret(GENERATED, 24, 32), SecretValue.of("Tr0ub4dor-admin"), true);

        assertThat(findings).hasSize(2).allSatisfy(f -> assertThat(f.next()).isEqualTo("keyturn rotate --only key"));
        assertThat(findings.toString()).doesNotContainIgnoringCase("Tr0ub4dor");
    }

    @Test
    void anImmutableValueIsOnlyWarnedOfBecauseNothingCanCureIt() {
        Secret salt = secret(new Kind.Immutable("rows depend on it"), 1, 4096);

        assertThat(PolicyCheck.value(salt, SecretValue.of("changeme"), true))
                .extracting(Finding::severity)
                .containsExactly(Severity.WARNS);
        assertThat(PolicyCheck.value(salt, SecretValue.of("app"), true)).isEmpty();
    }

    @Test
    void aDerivedValueIsNotSearchedForWordsBecauseItsPartsAre() {
        Template template = Template.parse("postgresql://{app.user}:{app}@test/admin");
        Secret url = secret(new Kind.Derived(template), 1, 4096);
        SecretValue value = template.render(
                r -> SecretValue.of(r.part() == Reference.Part.USER ? "admin" : "X7fQ9mZ2kLp4Vb8Rn3Ws6Yd1"));

        assertThat(PolicyCheck.value(url, value, true)).isEmpty();
    }

    @Test
    void anAgeBeyondThePolicyWarnsAndOneWithinItDoesNot() {
        Secret secret =
                new Secret("key", GENERATED, Optional.empty(), new Policy(16, 4096, Optional.of(Duration.ofDays(90))));
        Instant created = Instant.parse("2026-01-01T00:00:00Z");

        assertThat(PolicyCheck.age(secret, created, created.plus(Duration.ofDays(90))))
                .isEmpty();
        assertThat(PolicyCheck.age(secret, created, created.plus(Duration.ofDays(91))))
                .hasValueSatisfying(finding -> {
                    assertThat(finding.severity()).isEqualTo(Severity.WARNS);
                    assertThat(finding.found()).isEqualTo("a value 91 days old");
                });
        assertThat(PolicyCheck.age(secret(GENERATED, 16, 64), created, Instant.parse("2036-01-01T00:00:00Z")))
                .isEmpty();
    }

    private static List<String> lengths(Secret secret, int length) {
        String value = "aB3dE5fG7hJ9kL1mN2pQ4rS6tU8vW0xYz".substring(0, length);
        return PolicyCheck.value(secret, SecretValue.of(value), true).stream()
                .map(Finding::found)
                .toList();
    }

    private static Secret secret(Kind kind, int minimum, int maximum) {
        return new Secret("key", kind, Optional.empty(), new Policy(minimum, maximum, Optional.empty()));
    }
}
