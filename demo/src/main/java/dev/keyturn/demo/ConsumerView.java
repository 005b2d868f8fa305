package dev.keyturn.demo;

import dev.keyturn.demo.Narrator.Shown;
import dev.keyturn.sandbox.Traffic;
import dev.keyturn.starter.console.Amounts;
import dev.keyturn.workflows.contract.Gap;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;

/** What the consumer saw: it keeps a line of each login in its journal. */
final class ConsumerView {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int LOGINS = 5;

    /** Which secret each of its logins needs. */
    private static final Map<String, String> SECRETS = new TreeMap<>(Map.of(
            "database", "postgres_app_user_pw",
            "readonly", "postgres_app_ro_pw",
            "redis", "redis_password"));

    private final Place place;

    ConsumerView(Place place) {
        this.place = place;
    }

    /** That failed logins and gaps since then are within what the plan predicted. */
    List<Shown> against(List<Gap> predicted, Instant since) throws IOException {
        Traffic traffic = traffic().since(since);
        List<Shown> shown = new ArrayList<>();
        SECRETS.forEach((target, secret) -> {
            Traffic own = traffic.of(target);
            OptionalLong most = predicted.stream()
                    .filter(gap -> gap.account().contains("(" + secret + ")"))
                    .mapToLong(Gap::predictedMillis)
                    .max();
            long gap = own.longestGap().toMillis();
            boolean asPredicted =
                    most.isPresent() ? gap <= most.getAsLong() : own.failures().isEmpty();
            shown.add(new Shown(
                    asPredicted && own.logins() > 0,
                    seen(target, own),
                    most.isPresent()
                            ? "predicted: a gap of at most " + Amounts.duration(most.getAsLong())
                            : "predicted: no failure; the gap is its own restart"));
        });
        return shown;
    }

    /** What it saw since then, without a claim. */
    List<String> since(Instant moment) throws IOException {
        Traffic traffic = traffic().since(moment);
        return SECRETS.keySet().stream()
                .map(target -> seen(target, traffic.of(target)))
                .toList();
    }

    private static String seen(String target, Traffic own) {
        return String.format(
                Locale.ROOT,
                "%-8s %4d logins tried, %3d failed, %s",
                target,
                own.attempts().size(),
                own.failures().size(),
                own.logins() == 0
                        ? "none succeeded"
                        : String.format(
                                Locale.ROOT,
                                "longest gap %6s",
                                Amounts.duration(own.longestGap().toMillis())));
    }

    /** Waits until it has logged in some more times to everything; that it does so without a failure. */
    Shown worksNow() throws IOException {
        Instant now = Instant.now();
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!worksSince(now) && System.nanoTime() < end) {
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
        boolean works = worksSince(now);
        return new Shown(
                works && traffic().since(now).failures().isEmpty(),
                "consumer",
                works ? "logs in to all three, and keeps doing so" : "does not log in to all three");
    }

    private boolean worksSince(Instant moment) throws IOException {
        Traffic traffic = traffic().since(moment);
        return SECRETS.keySet().stream().allMatch(target -> traffic.of(target).logins() >= LOGINS);
    }

    private Traffic traffic() throws IOException {
        return Traffic.read(place.consumer().resolve("journal"));
    }
}
