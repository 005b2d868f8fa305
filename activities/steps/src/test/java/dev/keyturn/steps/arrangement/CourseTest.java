package dev.keyturn.steps.arrangement;

import static dev.keyturn.steps.arrangement.Arrangement.INTRODUCE;
import static dev.keyturn.steps.arrangement.Arrangement.PROMOTE;
import static dev.keyturn.steps.arrangement.Arrangement.START;
import static dev.keyturn.steps.arrangement.Arrangement.WITHDRAW;
import static dev.keyturn.steps.arrangement.Which.NEW;
import static dev.keyturn.steps.arrangement.Which.OLD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The design's table of passes, row by row. */
class CourseTest {
    /** {@code newly}: whether the arrangement itself wants this, or holds what the one before it made. */
    @ParameterizedTest(name = "{0} at {1}: accepts {2}, uses {3}, second place {4}")
    @CsvSource({
        // course, arrangement, accepted, used, second place, newly
        "PASSWORD_WITH_OVERLAP, introduce, OLD,     OLD, OLD, false",
        "PASSWORD_WITH_OVERLAP, promote,   OLD+NEW, NEW, OLD, true",
        "PASSWORD_WITH_OVERLAP, withdraw,  NEW,     NEW, NEW, true",
        "PASSWORD_IN_PLACE,     introduce, OLD,     OLD, OLD, false",
        "PASSWORD_IN_PLACE,     promote,   NEW,     NEW, NEW, true",
        "PASSWORD_IN_PLACE,     withdraw,  NEW,     NEW, NEW, false",
        "SIGNING_KEY_RING,      introduce, OLD+NEW, OLD, NEW, true",
        "SIGNING_KEY_RING,      promote,   OLD+NEW, NEW, OLD, true",
        "SIGNING_KEY_RING,      withdraw,  NEW,     NEW, NEW, true",
        "SIGNING_KEY_RING_LATE, start,     OLD+NEW, NEW, OLD, false",
        "SIGNING_KEY_RING_LATE, introduce, OLD+NEW, NEW, OLD, false",
        "SIGNING_KEY_RING_LATE, promote,   OLD+NEW, NEW, OLD, false",
        "SIGNING_KEY_RING_LATE, withdraw,  NEW,     NEW, NEW, true",
        "SIGNING_KEY_SINGLE,    introduce, OLD,     OLD, OLD, false",
        "SIGNING_KEY_SINGLE,    promote,   NEW,     NEW, NEW, true",
        "SIGNING_KEY_SINGLE,    withdraw,  NEW,     NEW, NEW, false",
        "ENCRYPTION_KEY_RING,   introduce, OLD+NEW, OLD, NEW, true",
        "ENCRYPTION_KEY_RING,   promote,   OLD+NEW, NEW, OLD, true",
        "ENCRYPTION_KEY_RING,   withdraw,  NEW,     NEW, NEW, true",
        "ENCRYPTION_KEY_SINGLE, introduce, OLD,     OLD, OLD, false",
        "ENCRYPTION_KEY_SINGLE, promote,   NEW,     NEW, NEW, true",
        "ENCRYPTION_KEY_SINGLE, withdraw,  NEW,     NEW, NEW, false",
        "PROVIDED,              introduce, OLD,     OLD, OLD, false",
        "PROVIDED,              promote,   NEW,     NEW, NEW, true",
        "PROVIDED,              withdraw,  NEW,     NEW, NEW, false",
        "DERIVED,               introduce, OLD,     OLD, OLD, false",
        "DERIVED,               promote,   NEW,     NEW, NEW, true",
        "DERIVED,               withdraw,  NEW,     NEW, NEW, false",
    })
    void eachRowOfTheTableOfPasses(
            Course course, String arrangement, String accepted, Which used, Which second, boolean newly) {
        Wish held = course.heldAt(arrangement);

        assertThat(held.accept()).isEqualTo(set(accepted));
        assertThat(held.use()).isEqualTo(used);
        assertThat(held.second()).isEqualTo(second);
        assertThat(course.wishOf(arrangement).isPresent()).isEqualTo(newly);
    }

    @ParameterizedTest
    @EnumSource(value = Course.class, mode = EnumSource.Mode.EXCLUDE, names = "SIGNING_KEY_RING_LATE")
    void atTheStartTheOldValueIsAcceptedAndUsed(Course course) {
        assertThat(course.heldAt(START)).isEqualTo(Wish.only(OLD));
    }

    /** I1: whoever has been redeployed and whoever has not yet must understand one another. */
    @ParameterizedTest
    @EnumSource(
            value = Course.class,
            names = {"PASSWORD_WITH_OVERLAP", "SIGNING_KEY_RING", "ENCRYPTION_KEY_RING"})
    void whereThereIsAnOverlapWhatIsUsedInOnePassIsAcceptedInTheNext(Course course) {
        Which used = OLD;
        for (String arrangement : Arrangement.IN_ORDER) {
            Wish wish = course.heldAt(arrangement);
            assertThat(wish.accept()).as(arrangement).contains(used, wish.use());
            used = wish.use();
        }
        assertThat(used).isEqualTo(NEW);
    }

    @ParameterizedTest
    @EnumSource(
            value = Course.class,
            names = {"SIGNING_KEY_RING", "ENCRYPTION_KEY_RING"})
    void aVerifierKnowsAValueBeforeAnybodyUsesIt(Course course) {
        assertThat(course.heldAt(INTRODUCE).accept()).contains(NEW);
        assertThat(course.heldAt(INTRODUCE).use()).isEqualTo(OLD);
        assertThat(course.heldAt(PROMOTE).accept()).contains(OLD);
    }

    @ParameterizedTest
    @EnumSource(Course.class)
    void inTheEndTheNewValueAloneIsAccepted(Course course) {
        assertThat(course.heldAt(WITHDRAW)).isEqualTo(Wish.only(NEW));
    }

    @Test
    void onlySigningKeysWithSeveralVerifiersAreWithdrawnLate() {
        assertThat(Course.values()).filteredOn(Course::withdrawsLate).containsExactly(Course.SIGNING_KEY_RING);
        assertThat(Course.values())
                .filteredOn(Course::isPassword)
                .containsExactly(Course.PASSWORD_WITH_OVERLAP, Course.PASSWORD_IN_PLACE);
    }

    @Test
    void anArrangementThatThereIsNotIsRefused() {
        assertThatThrownBy(() -> Course.DERIVED.heldAt("demote"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("demote");
    }

    private static Set<Which> set(String text) {
        return Set.copyOf(Arrays.stream(text.split("\\+")).map(Which::valueOf).toList());
    }
}
