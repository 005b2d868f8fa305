package dev.keyturn.steps.run;

import dev.keyturn.spi.AdapterException;
import dev.keyturn.spi.Capabilities;
import dev.keyturn.steps.arrangement.Course;
import dev.keyturn.steps.arrangement.Which;
import dev.keyturn.steps.backup.BackedUpValues;
import dev.keyturn.steps.look.Candidates;
import dev.keyturn.steps.look.Copies;
import dev.keyturn.steps.look.Found;
import dev.keyturn.steps.look.Stand;
import dev.keyturn.steps.look.Survey;
import dev.keyturn.steps.manifest.Kind;
import dev.keyturn.steps.manifest.Manifest;
import dev.keyturn.steps.manifest.Secret;
import dev.keyturn.steps.plan.Itinerary;
import dev.keyturn.steps.plan.Selection;
import dev.keyturn.steps.plan.Subject;
import dev.keyturn.steps.plan.Wanted;
import dev.keyturn.steps.secret.ProvidedValues;
import dev.keyturn.steps.site.Servers;
import dev.keyturn.steps.site.Site;
import dev.keyturn.steps.site.Values;
import dev.keyturn.steps.store.Run;
import dev.keyturn.steps.store.State;
import dev.keyturn.steps.store.Version;
import dev.keyturn.workflows.contract.Change;
import dev.keyturn.workflows.contract.Gap;
import dev.keyturn.workflows.contract.Pass;
import dev.keyturn.workflows.contract.Plan;
import dev.keyturn.workflows.contract.Purpose;
import dev.keyturn.workflows.contract.Remark;
import dev.keyturn.workflows.contract.Request;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Looks at everything a run would meet and says what it would do. Changes nothing. */
final class Planning {
    private final Site site;
    private final Manifest manifest;
    private final State state;
    private final Request request;
    private final BackedUpValues backedUp;
    private final List<Remark> remarks = new ArrayList<>();

    Planning(Site site, State state, Request request) {
        this.site = site;
        this.manifest = site.manifest();
        this.state = state;
        this.request = request;
        this.backedUp = site.backedUp();
    }

    /** The plan, and the run under the identity given. */
    Prepared prepare(String runId) {
        Optional<Run> left = state.openRun().filter(open -> !open.id().equals(runId));
        if (left.isPresent()) {
            return settling(left.get());
        }
        Copies copies;
        try {
            copies = Copies.read(site);
        } catch (AdapterException e) {
            remarks.add(new Remark(
                    Remark.Severity.BLOCKS, "publications", e.getMessage(), "readable publications", "keyturn check"));
            return prepared(runId, List.of(), Map.of());
        }
        try (Candidates candidates = new Candidates(manifest, state, copies, backedUp)) {
            Selection selection = new Selection(
                            manifest, state, site.now(), this::providedDiffers, candidates::adoption)
                    .select(request);
            remarks.addAll(selection.remarks());
            selection.wanted().forEach(w -> doubt(candidates, w));
            Map<String, Run.Move> first = new LinkedHashMap<>();
            selection
                    .wanted()
                    .forEach(w -> first.put(w.secret().name(), move(w, Course.DERIVED, Run.Overwrite.NOTHING)));
            Run draft = run(runId, selection.wanted(), first, "");
            State preview = new Staging(manifest, candidates, site.now()).preview(state, draft);
            Values values = new Values(manifest, preview, draft);
            Survey survey = new Survey(manifest, preview, values, backedUp);
            try (Servers servers = new Servers(manifest, values, Servers.LOOKING)) {
                return weigh(runId, selection.wanted(), survey, values, servers, copies);
            }
        }
    }

    /** What stands in a backup from before a rotation may be older than what lives, and nothing is there to show it. */
    private void doubt(Candidates candidates, Wanted wanted) {
        if (wanted.from() == 0 && wanted.origin() == Version.Origin.ADOPTED) {
            if (candidates.acceptsMore(wanted.secret())) {
                remarks.add(new Remark(
                        Remark.Severity.WARNS,
                        "account " + wanted.secret().account().orElseThrow() + " ("
                                + wanted.secret().name() + ")",
                        "accepts the value that is taken over and others",
                        "that one alone",
                        "keyturn repair ends those that were found"));
            }
            candidates
                    .movedSince(wanted.secret())
                    .ifPresent(moved -> remarks.add(new Remark(
                            Remark.Severity.WARNS,
                            wanted.secret().name(),
                            wanted.note() + "; since then " + moved + " was changed, and perhaps this too",
                            "a backup that is younger than the last rotation",
                            "put the right value at one of its publications first, if you have it")));
        }
    }

    /** Nothing is begun on top of an unfinished run: whatever was asked for, the run brings that one to its end and stops. */
    private Prepared settling(Run left) {
        List<Remark> remark = List.of(new Remark(
                Remark.Severity.NOTES,
                "run " + left.id(),
                "not finished: " + left.phase().name().toLowerCase(Locale.ROOT),
                "it is brought to its end first, from what is found; nothing new is begun",
                ""));
        List<Pass> settle = List.of(new Pass("settle", List.of()));
        Plan plan = new Plan(
                manifest.environment(),
                request.purpose(),
                Digest.of(manifest.fingerprint(), List.of(), settle, List.of(), remark),
                List.of(),
                settle,
                List.of(),
                List.of(),
                remark);
        return new Prepared(plan, left);
    }

    private Prepared weigh(
            String runId, List<Wanted> wanted, Survey survey, Values values, Servers servers, Copies copies) {
        Set<String> names = wanted.stream().map(w -> w.secret().name()).collect(Collectors.toSet());
        Found found = survey.look(servers, copies, names);
        Judgement judgement = new Judgement(request, wanted);
        Map<String, Run.Move> moves = new LinkedHashMap<>();
        List<Wanted> kept = new ArrayList<>();
        for (Wanted each : wanted) {
            Stand stand = found.accounts().stream()
                    .filter(a -> a.secret().equals(each.secret()))
                    .map(Found.AccountFound::stand)
                    .findFirst()
                    .orElse(Stand.UNSEEN);
            boolean withdrawn = request.purpose() == Purpose.REPAIR && each.isNew();
            if (request.purpose() == Purpose.REPAIR && !withdrawn && !judgement.needsMending(each.secret(), found)) {
                continue;
            }
            kept.add(each);
            Course course = withdrawn ? Course.SIGNING_KEY_RING_LATE : course(servers, each.secret(), stand);
            moves.put(each.secret().name(), move(each, course, overwrites(each, stand)));
        }
        remarks.addAll(judgement.remarks(found));
        if (request.purpose() != Purpose.IMPORT) {
            remarks.addAll(judgement.besides(survey.beside(copies, moves.keySet())));
        }
        remarks.addAll(Remarks.unopened(backedUp));
        remarks.addAll(new Preflight(site, values, servers, request).remarks(kept, moves));
        return prepared(runId, kept, moves);
    }

    /** An import changes the store alone, and a set-up leaves accounts alone whose server does not run yet. */
    private Course course(Servers servers, Secret secret, Stand stand) {
        boolean reachable = stand != Stand.UNREACHABLE;
        if (secret.account().isEmpty()) {
            return Values.courseWithoutAccount(manifest, secret);
        } else if (!reachable) {
            return secret.kind() instanceof Kind.Provided ? Course.PROVIDED : Course.SIGNING_KEY_SINGLE;
        }
        try {
            Capabilities.Change change = servers.of(secret)
                    .capabilities(secret.account().orElseThrow().user())
                    .change();
            return change == Capabilities.Change.OVERLAP ? Course.PASSWORD_WITH_OVERLAP : Course.PASSWORD_IN_PLACE;
        } catch (AdapterException e) {
            // Preflight says what is wrong; until that is mended nothing is run.
            remarks.add(new Remark(
                    Remark.Severity.BLOCKS,
                    "server " + secret.account().orElseThrow().server(),
                    e.getMessage(),
                    "an administrator's login that may look at the account",
                    "keyturn check"));
            return Course.PASSWORD_IN_PLACE;
        }
    }

    /** Forced, or proven wrong: a copy of a password that its server refuses while it accepts the store's. */
    private Run.Overwrite overwrites(Wanted wanted, Stand account) {
        boolean derived = wanted.secret().kind() instanceof Kind.Derived;
        if (request.purpose() == Purpose.SETUP && request.force()) {
            return Run.Overwrite.EVERYTHING;
        } else if (request.purpose() == Purpose.REPAIR && (derived || account == Stand.BOTH)) {
            return Run.Overwrite.COPIES;
        }
        return Run.Overwrite.NOTHING;
    }

    private static Run.Move move(Wanted wanted, Course course, Run.Overwrite overwrite) {
        return new Run.Move(course, wanted.origin(), overwrite);
    }

    private Run run(String id, List<Wanted> wanted, Map<String, Run.Move> moves, String digest) {
        Map<String, Integer> from = new LinkedHashMap<>();
        Map<String, Integer> to = new LinkedHashMap<>();
        wanted.forEach(w -> from.put(w.secret().name(), w.from()));
        wanted.forEach(w -> to.put(w.secret().name(), w.to()));
        return new Run(
                id,
                request.purpose(),
                Run.Phase.PREPARED,
                from,
                to,
                moves,
                digest,
                request.by(),
                request.reason(),
                site.now(),
                Optional.empty(),
                "");
    }

    private Prepared prepared(String runId, List<Wanted> wanted, Map<String, Run.Move> moves) {
        List<Subject> subjects = wanted.stream()
                .map(w -> new Subject(w.secret(), moves.get(w.secret().name()).course()))
                .toList();
        Itinerary itinerary = new Itinerary(manifest, subjects);
        boolean storeOnly = request.purpose() == Purpose.IMPORT;
        List<Pass> before = storeOnly ? List.of() : itinerary.beforeCommit();
        List<Pass> after = storeOnly ? List.of() : itinerary.afterCommit();
        List<Change> changes = wanted.stream()
                .map(w -> new Change(
                        w.secret().name(),
                        w.secret().kind().word(),
                        w.from(),
                        w.to(),
                        w.isNew() ? w.origin().name().toLowerCase(Locale.ROOT) : "kept",
                        w.note()))
                .toList();
        List<Gap> gaps = storeOnly ? List.of() : new Gaps(manifest, state).predicted(subjects);
        String digest = Digest.of(manifest.fingerprint(), changes, before, after, remarks);
        Plan plan = new Plan(
                manifest.environment(), request.purpose(), digest, changes, before, after, gaps, List.copyOf(remarks));
        return new Prepared(plan, run(runId, wanted, moves, digest));
    }

    private boolean providedDiffers(String name) {
        Secret secret = manifest.secrets().get(name);
        if (!(secret.kind() instanceof Kind.Provided provided)) {
            return false;
        }
        ProvidedValues.Reading reading = ProvidedValues.read(secret, provided, manifest.production());
        remarks.addAll(Remarks.of(reading.findings()));
        return reading.value().isPresent()
                && !reading.value().equals(Values.current(manifest, state).value(name, Which.OLD));
    }
}
