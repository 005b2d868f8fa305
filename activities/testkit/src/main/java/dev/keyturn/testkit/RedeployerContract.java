package dev.keyturn.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.keyturn.spi.AdapterException;
import dev.keyturn.spi.AdapterException.Reason;
import dev.keyturn.spi.Finding;
import dev.keyturn.spi.Generation;
import dev.keyturn.spi.Redeployer;
import dev.keyturn.spi.Running;
import dev.keyturn.spi.SecretValue;
import java.time.Duration;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link Redeployer} keeps, with a real service that it restarts. */
public abstract class RedeployerContract {
    private static final Duration LONGEST_SILENCE = Duration.ofSeconds(5);

    private final Generation first = new Generation("generation-1");
    private Overhearing overhearing;
    private SecretValue canary;

    /** Opens the adapter for the service of this test. */
    protected abstract Redeployer open();

    /** How often the service has been started so far, seen past the adapter. */
    protected abstract int starts();

    /** Opens the adapter for a service that runs and never comes up again, and prints this value when it fails. */
    protected abstract Redeployer openBroken(SecretValue printed);

    /** Opens the adapter for a service that takes longer to come up than five seconds, or until it is cancelled. */
    protected abstract Redeployer openSlow();

    /** Opens the adapter for a service that nobody knows, or with a program that is missing. */
    protected abstract Redeployer openUnknown();

    @BeforeEach
    void listen() {
        overhearing = new Overhearing();
        canary = overhearing.secret(SecretValue.of(UUID.randomUUID().toString()));
    }

    @AfterEach
    void searchWhatWasSaid() {
        overhearing.finish();
    }

    @Test
    void everyInstanceRunsWithTheGenerationAfterwards() {
        Redeployer redeployer = heard(open());
        int before = starts();
        redeployer.roll(fence(), first, new RecordingProgress());
        assertThat(starts()).isGreaterThan(before);
        assertThat(redeployer.running(first)).isNotEmpty().allMatch(Running::wanted);
    }

    @Test
    void anotherGenerationIsNotClaimed() {
        Redeployer redeployer = heard(open());
        redeployer.roll(fence(), first, new RecordingProgress());
        assertThat(redeployer.running(new Generation("generation-2")))
                .isNotEmpty()
                .noneMatch(RedeployerContract::isShown);
    }

    @Test
    void rolledAgainItIsTheSame() {
        Redeployer redeployer = heard(open());
        redeployer.roll(fence(), first, new RecordingProgress());
        redeployer.roll(fence(), first, new RecordingProgress());
        assertThat(redeployer.running(first)).isNotEmpty().allMatch(Running::wanted);
    }

    @Test
    void lookingStartsNothing() {
        Redeployer redeployer = heard(open());
        int before = starts();
        redeployer.running(first);
        redeployer.preflight();
        assertThat(starts()).isEqualTo(before);
    }

    @Test
    void aServiceThatDoesNotComeUpIsUnavailableAndItsOutputIsScrubbed() {
        Redeployer redeployer = heard(openBroken(canary));
        assertRefuses(Reason.UNAVAILABLE, () -> redeployer.roll(fence(), first, new RecordingProgress()));
        assertThat(redeployer.running(first)).noneMatch(RedeployerContract::isShown);
    }

    @Test
    void anEndedFenceStartsNothing() {
        Redeployer redeployer = heard(open());
        int before = starts();
        TestFence fence = fence();
        fence.end();
        assertRefuses(Reason.FENCED, () -> redeployer.roll(fence, first, new RecordingProgress()));
        assertThat(starts()).isEqualTo(before);
    }

    @Test
    void itIsNeverSilentForLongAndStopsWhenTold() {
        RecordingProgress progress = new RecordingProgress().cancelAfter(2);
        Redeployer redeployer = heard(openSlow());
        assertRefuses(Reason.CANCELLED, () -> redeployer.roll(fence(), first, progress));
        assertThat(progress.longestSilence()).isLessThan(LONGEST_SILENCE.plusSeconds(1));
    }

    @Test
    void anUnknownServiceBlocks() {
        assertThat(heard(openUnknown()).preflight()).anyMatch(f -> f.severity() == Finding.Severity.BLOCKS);
    }

    @Test
    void anUnknownServiceIsNotWorthTryingAgain() {
        Redeployer redeployer = heard(openUnknown());
        assertThatExceptionOfType(AdapterException.class)
                .isThrownBy(() -> redeployer.roll(fence(), first, new RecordingProgress()))
                .satisfies(e -> assertThat(e.reason()).isIn(Reason.CONFIGURATION, Reason.DENIED));
    }

    @Test
    void preflightFindsNothingToBlockWhereAllIsWell() {
        assertThat(heard(open()).preflight()).noneMatch(f -> f.severity() == Finding.Severity.BLOCKS);
    }

    /** A claim that rests on more than the word of a command, which says the same of every generation. */
    private static boolean isShown(Running running) {
        return running.wanted() && running.proof() != Running.Proof.WORD;
    }

    private Redeployer heard(Redeployer redeployer) {
        return overhearing.listenTo(Redeployer.class, redeployer);
    }

    private static TestFence fence() {
        return new TestFence(UUID.randomUUID().toString(), 1);
    }

    private static void assertRefuses(Reason reason, ThrowingCallable call) {
        assertThatExceptionOfType(AdapterException.class)
                .isThrownBy(call)
                .satisfies(e -> assertThat(e.reason()).as(e.getMessage()).isEqualTo(reason));
    }
}
