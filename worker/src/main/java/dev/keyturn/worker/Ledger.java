package dev.keyturn.worker;

import dev.keyturn.spi.SecretValue;
import dev.keyturn.steps.manifest.Manifest;
import dev.keyturn.steps.manifest.Secret;
import dev.keyturn.steps.plan.Uses;
import dev.keyturn.steps.store.Run;
import dev.keyturn.steps.store.State;
import dev.keyturn.steps.store.Version;
import dev.keyturn.workflows.environment.RunLine;
import dev.keyturn.workflows.environment.SecretLine;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;

/** What a store says, as lines for a person. No value. */
final class Ledger {
    private final Manifest manifest;
    private final State state;

    Ledger(Manifest manifest, State state) {
        this.manifest = manifest;
        this.state = state;
    }

    List<SecretLine> secrets() {
        return manifest.secrets().values().stream().map(this::line).toList();
    }

    private SecretLine line(Secret secret) {
        Optional<Version> current = state.current(secret.name());
        boolean pending = state.versions().stream()
                .anyMatch(v -> v.secret().equals(secret.name()) && v.status() == Version.Status.PENDING);
        return new SecretLine(
                secret.name(),
                secret.kind().word(),
                current.map(Version::number).orElse(0),
                current.map(Version::since),
                current.flatMap(Version::value).map(SecretValue::length).orElse(0),
                places(secret),
                pending ? "a new version is pending" : "");
    }

    private List<String> places(Secret secret) {
        List<String> places = new ArrayList<>();
        secret.account().ifPresent(account -> places.add(account.toString()));
        Uses uses = new Uses(manifest);
        manifest.publications().stream()
                .filter(p -> uses.publishes(p, secret.name()))
                .forEach(p -> places.add(p.name()));
        return places;
    }

    List<RunLine> runs(int most) {
        return state.runs().stream()
                .sorted(Comparator.comparing(Run::begun).reversed())
                .limit(most)
                .map(Ledger::line)
                .toList();
    }

    Optional<RunLine> openRun() {
        return state.openRun().map(Ledger::line);
    }

    Optional<RunLine> lastClosed() {
        return state.runs().stream()
                .filter(r -> r.phase() == Run.Phase.CLOSED)
                .max(Comparator.comparing(r -> r.ended().orElse(Instant.EPOCH)))
                .map(Ledger::line);
    }

    private static RunLine line(Run run) {
        return new RunLine(
                run.id(),
                run.purpose().name().toLowerCase(Locale.ROOT),
                run.begun(),
                run.ended(),
                run.by(),
                run.reason(),
                run.phase() == Run.Phase.CLOSED
                        ? run.outcome()
                        : "not finished: " + run.phase().name().toLowerCase(Locale.ROOT),
                List.copyOf(new TreeSet<>(run.to().keySet())));
    }

    List<String> due() {
        return state.dues().stream()
                .map(due -> due.secret() + " version " + due.version() + ": withdrawn after " + due.notBefore())
                .toList();
    }
}
