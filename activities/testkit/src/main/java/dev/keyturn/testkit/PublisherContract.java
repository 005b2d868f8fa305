package dev.keyturn.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.keyturn.spi.AdapterException;
import dev.keyturn.spi.AdapterException.Reason;
import dev.keyturn.spi.Field;
import dev.keyturn.spi.Finding;
import dev.keyturn.spi.Publisher;
import dev.keyturn.spi.SecretValue;
import dev.keyturn.spi.Snapshot;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link Publisher} keeps. The place is real, and looked at past the adapter. */
public abstract class PublisherContract {
    private Overhearing overhearing;
    private Publisher publisher;
    private Map<Field, SecretValue> initial;
    private Snapshot before;

    /**
     * Makes a place of its own for one test, with foreign content around the fields and attributes that are not the
     * default ones, and opens the adapter for it.
     */
    protected abstract Publisher open(Map<Field, SecretValue> initial);

    /** Opens the adapter for a place of its own that does not exist yet. */
    protected abstract Publisher openNowhere();

    /** Two fields or more of the place that {@link #open} makes. */
    protected abstract List<Field> fields();

    /** Makes the place be exactly so, past the adapter: what a person does, or a writer that was cut off. */
    protected abstract void put(Snapshot snapshot);

    /** All that is at the place of {@link #open} byte for byte, with its attributes, foreign content included; past the adapter. */
    protected abstract String found();

    @BeforeEach
    void begin() {
        overhearing = new Overhearing();
        initial = newValues();
        publisher = overhearing.listenTo(Publisher.class, open(initial));
        before = publisher.read();
    }

    @AfterEach
    void searchWhatWasSaid() {
        overhearing.finish();
    }

    @Test
    void whatIsThereIsRead() {
        assertThat(publisher.values(before, initial.keySet())).isEqualTo(initial);
    }

    @Test
    void aFieldThatIsNotThereIsMissing() {
        Field other = new Field("SOMETHING_ELSE");
        assertThat(publisher.values(before, Set.of(other))).isEmpty();
    }

    @Test
    void whatIsRenderedReadsBackTheSame() {
        Map<Field, SecretValue> next = newValues();
        assertThat(publisher.values(publisher.render(before, next), next.keySet()))
                .isEqualTo(next);
    }

    @Test
    void renderingTouchesNothingAndDependsOnNothingElse() {
        String found = found();
        Map<Field, SecretValue> next = newValues();
        Snapshot once = publisher.render(before, next);
        Map<Field, SecretValue> otherOrder = new LinkedHashMap<>();
        List<Field> reversed = new ArrayList<>(next.keySet());
        Collections.reverse(reversed);
        reversed.forEach(f -> otherOrder.put(f, next.get(f)));
        assertThat(publisher.render(before, otherOrder)).isEqualTo(once);
        assertThat(found()).isEqualTo(found);
    }

    @Test
    void renderingWhatIsThereIsWhatIsThere() {
        assertThat(publisher.render(before, initial)).isEqualTo(before);
    }

    @Test
    void renderingOneFieldLeavesTheOthers() {
        Field first = fields().get(0);
        SecretValue value = newValue();
        Map<Field, SecretValue> expected = new TreeMap<>(initial);
        expected.put(first, value);
        Snapshot next = publisher.render(before, Map.of(first, value));
        assertThat(publisher.values(next, initial.keySet())).isEqualTo(expected);
    }

    @Test
    void aFieldThatIsTakenAwayIsNotThereAndTheOthersStay() {
        Field first = fields().get(0);
        Map<Field, SecretValue> expected = new TreeMap<>(initial);
        expected.remove(first);

        Snapshot next = publisher.without(before, Set.of(first));

        assertThat(publisher.values(next, initial.keySet())).isEqualTo(expected);
        assertThat(publisher.without(next, Set.of(first, new Field("SOMETHING_ELSE"))))
                .isEqualTo(next);
        publisher.write(fence(), before, next);
        assertThat(publisher.read()).isEqualTo(next);
    }

    @Test
    void whatIsAddedAndTakenAwayAgainLeavesNoTrace() {
        Field other = new Field("SOMETHING_ELSE");
        Snapshot more = publisher.render(before, Map.of(other, newValue()));
        assertThat(more).isNotEqualTo(before);
        assertThat(publisher.without(more, Set.of(other))).isEqualTo(before);
    }

    @Test
    void whatIsWrittenIsThere() {
        Snapshot next = publisher.render(before, newValues());
        assertThat(publisher.write(fence(), before, next)).isEqualTo(next);
        assertThat(publisher.read()).isEqualTo(next);
    }

    @Test
    void foreignContentAndAttributesStay() {
        String found = found();
        Map<Field, SecretValue> next = newValues();
        publisher.write(fence(), before, publisher.render(before, next));
        String expected = found;
        for (Field field : fields()) {
            assertThat(expected)
                    .as("a value in plain text, to be replaced below")
                    .contains(reveal(initial, field));
            expected = expected.replace(reveal(initial, field), reveal(next, field));
        }
        assertThat(found().equals(expected))
                .as("all but the values stays as it was")
                .isTrue();
    }

    @Test
    void theWayBackRestoresEveryByteAndAttribute() {
        String found = found();
        Snapshot next = publisher.render(before, newValues());
        publisher.write(fence(), before, next);
        publisher.write(fence(), next, before);
        assertThat(found().equals(found)).as("found is as before").isTrue();
    }

    @Test
    void writtenAgainNothingChanges() {
        Snapshot next = publisher.render(before, newValues());
        publisher.write(fence(), before, next);
        String found = found();
        assertThat(publisher.write(fence(), before, next)).isEqualTo(next);
        assertThat(found().equals(found)).as("found is as before").isTrue();
    }

    @Test
    void aWriteThatWasCutOffBetweenTwoPartsIsFinished() {
        Snapshot next = publisher.render(before, newValues());
        for (String done : next.parts().keySet()) {
            TreeMap<String, Snapshot.Part> mixed = new TreeMap<>(before.parts());
            mixed.put(done, next.parts().get(done));
            put(new Snapshot(mixed));
            assertThat(publisher.write(fence(), before, next)).isEqualTo(next);
            assertThat(publisher.read()).isEqualTo(next);
            put(before);
        }
    }

    @Test
    void aHandEditIsDriftAndNothingIsWritten() {
        Snapshot next = publisher.render(before, newValues());
        for (Field field : fields()) {
            put(publisher.render(before, Map.of(field, newValue())));
            String found = found();
            assertRefuses(Reason.DRIFT, () -> publisher.write(fence(), before, next));
            assertThat(found().equals(found)).as("nothing was written").isTrue();
        }
    }

    @Test
    void aPlaceThatVanishedIsDrift() {
        Snapshot next = publisher.render(before, newValues());
        put(Snapshot.EMPTY);
        assertRefuses(Reason.DRIFT, () -> publisher.write(fence(), before, next));
        assertThat(publisher.read()).isEqualTo(Snapshot.EMPTY);
    }

    @Test
    void anEndedFenceStopsBeforeAnyWrite() {
        String found = found();
        TestFence fence = fence();
        fence.end();
        assertRefuses(Reason.FENCED, () -> publisher.write(fence, before, publisher.render(before, newValues())));
        assertThat(found().equals(found)).as("nothing was written").isTrue();
    }

    @Test
    void everyWriteAsksTheFence() {
        TestFence fence = fence();
        publisher.write(fence, before, publisher.render(before, newValues()));
        assertThat(fence.checks()).isPositive();
    }

    @Test
    void aPlaceThatDoesNotExistIsEmptyIsMadeAndCanBeTakenAway() {
        Publisher nowhere = overhearing.listenTo(Publisher.class, openNowhere());
        assertThat(nowhere.read()).isEqualTo(Snapshot.EMPTY);
        Map<Field, SecretValue> values = newValues();
        Snapshot next = nowhere.render(Snapshot.EMPTY, values);
        assertThat(nowhere.write(fence(), Snapshot.EMPTY, next)).isEqualTo(next);
        assertThat(nowhere.values(nowhere.read(), values.keySet())).isEqualTo(values);
        assertThat(nowhere.write(fence(), next, Snapshot.EMPTY)).isEqualTo(Snapshot.EMPTY);
        assertThat(nowhere.read()).isEqualTo(Snapshot.EMPTY);
    }

    @Test
    void anOddValueReadsBackTheSameOrIsRejected() {
        Field field = fields().get(0);
        for (String odd : oddValues()) {
            SecretValue value = secret(odd);
            try {
                Snapshot next = publisher.render(before, Map.of(field, value));
                Snapshot written = publisher.write(fence(), before, next);
                assertThat(publisher.values(written, Set.of(field))).containsEntry(field, value);
                publisher.write(fence(), next, before);
            } catch (AdapterException e) {
                assertThat(e.reason()).as(e.getMessage()).isEqualTo(Reason.VALUE_REJECTED);
            }
        }
    }

    @Test
    void aReaderSeesOldOrNewAndNothingElse() throws Exception {
        Field field = fields().get(0);
        SecretValue other = newValue();
        Snapshot next = publisher.render(before, Map.of(field, other));
        CountDownLatch reading = new CountDownLatch(1);
        CompletableFuture<Void> reader = CompletableFuture.runAsync(() -> {
            for (int i = 0; i < 300; i++) {
                assertThat(publisher.values(publisher.read(), Set.of(field)).get(field))
                        .isIn(initial.get(field), other);
                reading.countDown();
            }
        });
        reading.await();
        do {
            publisher.write(fence(), before, next);
            publisher.write(fence(), next, before);
        } while (!reader.isDone());
        reader.join();
    }

    @Test
    void preflightFindsNothingToBlockWhereAllIsWell() {
        assertThat(publisher.preflight()).noneMatch(f -> f.severity() == Finding.Severity.BLOCKS);
    }

    @Test
    void preflightChangesNothing() {
        String found = found();
        publisher.preflight();
        assertThat(found().equals(found)).as("found is as before").isTrue();
    }

    /** Values of which an adapter must give each back as it was, or refuse it. */
    protected List<String> oddValues() {
        return List.of(
                "dollar$HOME${HOME}",
                "hash # and #comment",
                "double\"quote",
                "single'quote",
                "back\\slash\\n\\",
                "first line\nsecond line",
                "carriage\r\nreturn",
                " leading and trailing ",
                "=equals=signs==",
                "Zürich-東京-key",
                "ends-with-newline\n",
                "nul\u0000byte-inside",
                "`backticks` and !bang");
    }

    private TestFence fence() {
        return new TestFence(UUID.randomUUID().toString(), 1);
    }

    private SecretValue newValue() {
        return secret(UUID.randomUUID().toString().replace("-", ""));
    }

    private SecretValue secret(String text) {
        return overhearing.secret(SecretValue.of(text));
    }

    private Map<Field, SecretValue> newValues() {
        Map<Field, SecretValue> values = new TreeMap<>();
        fields().forEach(f -> values.put(f, newValue()));
        return values;
    }

    private static String reveal(Map<Field, SecretValue> values, Field field) {
        return values.get(field).reveal();
    }

    private static void assertRefuses(Reason reason, ThrowingCallable call) {
        assertThatExceptionOfType(AdapterException.class)
                .isThrownBy(call)
                .satisfies(e -> assertThat(e.reason()).as(e.getMessage()).isEqualTo(reason));
    }
}
