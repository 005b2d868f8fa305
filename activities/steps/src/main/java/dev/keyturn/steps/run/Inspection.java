package dev.keyturn.steps.run;

import dev.keyturn.spi.AdapterException;
import dev.keyturn.steps.arrangement.Course;
import dev.keyturn.steps.audit.Verdict;
import dev.keyturn.steps.backup.BackedUpValues;
import dev.keyturn.steps.look.Copies;
import dev.keyturn.steps.look.Found;
import dev.keyturn.steps.look.Survey;
import dev.keyturn.steps.manifest.Manifest;
import dev.keyturn.steps.manifest.Secret;
import dev.keyturn.steps.plan.Wanted;
import dev.keyturn.steps.secret.PolicyCheck;
import dev.keyturn.steps.site.Servers;
import dev.keyturn.steps.site.Site;
import dev.keyturn.steps.site.Values;
import dev.keyturn.steps.store.FileStore;
import dev.keyturn.steps.store.Run;
import dev.keyturn.steps.store.State;
import dev.keyturn.steps.store.Version;
import dev.keyturn.workflows.contract.Plan;
import dev.keyturn.workflows.contract.Purpose;
import dev.keyturn.workflows.contract.Remark;
import dev.keyturn.workflows.contract.Remark.Severity;
import dev.keyturn.workflows.contract.Request;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Looks without a lock and without an engine: plans, and checks that everything agrees. Changes nothing. */
public final class Inspection {
    private final Site site;
    private final Manifest manifest;

    public Inspection(Site site) {
        this.site = site;
        this.manifest = site.manifest();
    }

    /** What a run would do now. */
    public Plan plan(Request request) {
        return new Planning(site, site.store().read(), request).prepare("").plan();
    }

    /** Every account logged in to, every copy compared, every right asked for, the audit's chain verified. */
    public List<Remark> check() {
        State state = site.store().read();
        List<Remark> remarks = new ArrayList<>();
        state.openRun().ifPresent(run -> remarks.add(unfinished(run)));
        List<Wanted> wanted = current(state, remarks);
        Request request = Request.of(manifest.environment(), Purpose.ROTATE, "");
        Values values = Values.current(manifest, state);
        try (Servers servers = new Servers(manifest, values, Servers.LOOKING)) {
            Set<String> names = wanted.stream().map(w -> w.secret().name()).collect(Collectors.toSet());
            BackedUpValues backedUp = site.backedUp();
            Found found = new Survey(manifest, state, values, backedUp).look(servers, Copies.read(site), names);
            remarks.addAll(Remarks.unopened(backedUp));
            remarks.addAll(new Judgement(request, wanted).remarks(found));
            Map<String, Run.Move> moves = new LinkedHashMap<>();
            wanted.forEach(w -> moves.put(
                    w.secret().name(),
                    new Run.Move(
                            w.secret().account().isPresent() ? Course.PASSWORD_IN_PLACE : Course.DERIVED,
                            w.origin(),
                            Run.Overwrite.NOTHING)));
            remarks.addAll(new Preflight(site, values, servers, request).remarks(wanted, moves));
        } catch (AdapterException e) {
            remarks.add(new Remark(
                    Severity.BLOCKS,
                    "publications",
                    e.getMessage(),
                    "readable publications",
                    "make it readable, then: keyturn check"));
        }
        audit(remarks);
        return remarks;
    }

    private static Remark unfinished(Run run) {
        return new Remark(
                Severity.BLOCKS,
                "run " + run.id(),
                "not finished: " + run.phase().name().toLowerCase(Locale.ROOT),
                "no unfinished run",
                "keyturn repair");
    }

    private List<Wanted> current(State state, List<Remark> remarks) {
        List<Wanted> wanted = new ArrayList<>();
        for (Secret secret : manifest.secrets().values()) {
            state.current(secret.name())
                    .ifPresentOrElse(
                            version -> {
                                wanted.add(
                                        new Wanted(secret, version.number(), version.number(), version.origin(), ""));
                                age(secret, version, remarks);
                            },
                            () -> remarks.add(new Remark(
                                    Severity.BLOCKS,
                                    secret.name(),
                                    "no value in the store",
                                    "a current version",
                                    "keyturn import, or keyturn setup")));
        }
        return wanted;
    }

    private void age(Secret secret, Version version, List<Remark> remarks) {
        PolicyCheck.age(secret, version.created(), site.now()).ifPresent(f -> remarks.add(Remarks.of(f)));
    }

    private void audit(List<Remark> remarks) {
        Verdict verdict = site.audit().verify();
        if (verdict instanceof Verdict.Broken broken) {
            remarks.add(new Remark(
                    Severity.BLOCKS,
                    "audit",
                    "broken at line " + broken.line() + ": " + broken.why(),
                    "an unbroken chain",
                    "put back the last good copy of " + FileStore.AUDIT_FILE
                            + " in the store's folder, then: keyturn check"));
        }
    }
}
