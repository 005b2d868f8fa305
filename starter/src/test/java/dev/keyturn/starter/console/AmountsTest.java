package dev.keyturn.starter.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AmountsTest {
    @ParameterizedTest
    @CsvSource({
        "-1,0 ms",
        "0,0 ms",
        "999,999 ms",
        "1000,1.0 s",
        "59999,59.9 s",
        "60000,1 min",
        "125000,2 min 5 s",
        "3599999,59 min 59 s",
        "3600000,1 h",
        "11040000,3 h 4 min",
        "172800000,2 d"
    })
    void durationsAreShortAndNeverRoundedUp(long millis, String text) {
        assertThat(Amounts.duration(millis)).isEqualTo(text);
    }

    @Test
    void anAgeIsNeverNegative() {
        var now = Instant.parse("2026-11-22T00:00:00Z");
        assertThat(Amounts.age(now.plusSeconds(9), now)).isEqualTo("0 ms");
    }

    @Test
    void datesAreIsoInLocalTime() {
        assertThat(Amounts.date(Instant.parse("2026-07-01T00:00:05.123Z"), ZoneId.of("Europe/Berlin")))
                .isEqualTo("2026-07-01T02:00:05+02:00");
    }
}
