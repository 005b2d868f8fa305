package dev.keyturn.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.keyturn.spi.AdapterException;
import dev.keyturn.spi.AdapterException.Reason;
import dev.keyturn.spi.Check;
import dev.keyturn.spi.Finding;
import dev.keyturn.spi.SecretValue;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link Check} keeps, with a real service that it looks at. */
public abstract class CheckContract {
    private static final Duration LONGEST_SILENCE = Duration.ofSeconds(5);

    private Overhearing overhearing;
    private SecretValue canary;

    /** Opens the adapter, with this time to try, for a service of this test that works. */
    protected abstract Check open(Duration time);

    /** Opens the adapter with settings with which it can look at nothing. */
    protected abstract Check openImpossible();

    /** The service fails from now on, and says this value wherever a check could see it. */
    protected abstract void breakService(SecretValue said);

    /** The service says nothing at all from now on, although it can be reached. */
    protected abstract void silenceService();

    /** The service works again. */
    protected abstract void mendService();

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
    void aServiceThatWorksPasses() {
        assertThat(heard(open(Duration.ofSeconds(10)))
                        .run(new RecordingProgress())
                        .passed())
                .isTrue();
    }

    @Test
    void aServiceThatFailsDoesNotPassAndWhatWasSeenIsTold() {
        Check check = heard(open(Duration.ofSeconds(1)));
        breakService(canary);
        Check.Verdict verdict = check.run(new RecordingProgress());
        assertThat(verdict.passed()).isFalse();
        assertThat(verdict.seen()).isNotBlank();
    }

    @Test
    void aServiceThatComesUpWhileTryingPasses() {
        Check check = heard(open(Duration.ofSeconds(30)));
        breakService(canary);
        Check.Verdict verdict = check.run(where -> mendService());
        assertThat(verdict.passed()).isTrue();
    }

    @Test
    void aServiceThatSaysNothingEndsWithTheTimeAndNeverInSilence() {
        Check check = heard(open(Duration.ofSeconds(7)));
        silenceService();
        RecordingProgress progress = new RecordingProgress();
        long start = System.nanoTime();
        assertThat(check.run(progress).passed()).isFalse();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
        assertThat(progress.longestSilence()).isLessThan(LONGEST_SILENCE.plusSeconds(1));
        assertThat(progress.reports()).isNotEmpty();
    }

    @Test
    void itStopsWhenTold() {
        Check check = heard(open(Duration.ofSeconds(60)));
        breakService(canary);
        RecordingProgress progress = new RecordingProgress().cancelAfter(1);
        assertThatExceptionOfType(AdapterException.class)
                .isThrownBy(() -> check.run(progress))
                .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.CANCELLED));
    }

    @Test
    void beforehandThereIsNothingToSayEvenIfTheServiceSaysNothing() {
        Check check = heard(open(Duration.ofSeconds(60)));
        silenceService();
        long start = System.nanoTime();
        assertThat(check.preflight()).isEmpty();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(LONGEST_SILENCE);
    }

    @Test
    void whatCannotBeCheckedAtAllBlocksBeforehandAndIsRefusedWhenRun() {
        Check check = heard(openImpossible());
        assertThat(check.preflight()).isNotEmpty().allMatch(finding -> finding.severity() == Finding.Severity.BLOCKS);
        assertThatExceptionOfType(AdapterException.class)
                .isThrownBy(() -> check.run(new RecordingProgress()))
                .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.CONFIGURATION));
    }

    private Check heard(Check check) {
        return overhearing.listenTo(Check.class, check);
    }
}
