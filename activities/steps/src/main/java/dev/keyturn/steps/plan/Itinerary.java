package dev.keyturn.steps.plan;

import dev.keyturn.steps.arrangement.Arrangement;
import dev.keyturn.steps.arrangement.Course;
import dev.keyturn.steps.arrangement.Wish;
import dev.keyturn.steps.manifest.Manifest;
import dev.keyturn.steps.manifest.Publication;
import dev.keyturn.steps.manifest.Reference;
import dev.keyturn.steps.manifest.Server;
import dev.keyturn.steps.manifest.Service;
import dev.keyturn.workflows.contract.Pass;
import dev.keyturn.workflows.contract.Step;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The steps from arrangement to arrangement for a set of subjects, in an order in which nobody is locked out: widen, publish,
 * switch as late as possible, redeploy, check, narrow. Steps of one kind stand in the manifest's order.
 */
public final class Itinerary {
    /** How long one try at an account server or a publication may take, before its accounts are counted. */
    private static final Duration SHORT = Duration.ofSeconds(60);

    /** What each account may add: some ten logins, and ending its sessions. */
    private static final Duration AN_ACCOUNT = Duration.ofSeconds(1);

    private final Manifest manifest;
    private final List<Subject> subjects;
    private final Uses uses;

    public Itinerary(Manifest manifest, Collection<Subject> subjects) {
        this.manifest = manifest;
        this.subjects = List.copyOf(subjects);
        this.uses = new Uses(manifest);
    }

    /** The passes up to the commit point. */
    public List<Pass> beforeCommit() {
        return Stream.of(Arrangement.INTRODUCE, Arrangement.PROMOTE)
                .map(name -> pass(name, wishedBy(name)))
                .filter(pass -> !pass.steps().isEmpty())
                .toList();
    }

    /** The passes after the commit point; what is withdrawn late is left to its due date. */
    public List<Pass> afterCommit() {
        List<Step> steps = new ArrayList<>();
        steps.addAll(reencrypt(Arrangement.WITHDRAW, wishing(Course.ENCRYPTION_KEY_RING)));
        steps.addAll(pass(
                        Arrangement.WITHDRAW,
                        wishedBy(Arrangement.WITHDRAW).stream()
                                .filter(s -> !s.course().withdrawsLate())
                                .toList())
                .steps());
        steps.addAll(narrow(Arrangement.WITHDRAW));
        return steps.isEmpty() ? List.of() : List.of(new Pass(Arrangement.WITHDRAW, steps));
    }

    /** The way back: everything that the run could have touched, as it was found. */
    public List<Pass> back() {
        List<Step> steps = new ArrayList<>(pass(Arrangement.START, subjects).steps());
        steps.addAll(narrow(Arrangement.START));
        return List.of(new Pass(Arrangement.START, steps));
    }

    /** The way to the new values from wherever things are: what recovery uses when they are there already, or committed. */
    public List<Pass> forward() {
        return List.of(pass(Arrangement.PROMOTE, subjects));
    }

    private Pass pass(String arrangement, List<Subject> moved) {
        boolean passwordsMove = !arrangement.equals(Arrangement.WITHDRAW);
        List<Step> steps = new ArrayList<>();
        if (passwordsMove) {
            steps.addAll(onServers(Step.Kind.WIDEN, arrangement, moved, Course.PASSWORD_WITH_OVERLAP, s -> true));
        }
        List<Subject> stopping = moved.stream()
                .filter(s -> s.course() == Course.ENCRYPTION_KEY_SINGLE)
                .toList();
        steps.addAll(onServices(Step.Kind.STOP, arrangement, stopping, "stop "));
        steps.addAll(reencrypt(arrangement, stopping));
        List<Subject> published = moved.stream()
                .filter(s -> passwordsMove || !s.course().isPassword())
                .toList();
        steps.addAll(publish(arrangement, published));
        if (passwordsMove) {
            steps.addAll(onServers(
                    Step.Kind.SWITCH, arrangement, moved, Course.PASSWORD_IN_PLACE, s -> !isAdministrator(s)));
            steps.addAll(onServers(
                    Step.Kind.SWITCH_ADMINISTRATOR,
                    arrangement,
                    moved,
                    Course.PASSWORD_IN_PLACE,
                    this::isAdministrator));
        }
        steps.addAll(onServices(Step.Kind.START, arrangement, stopping, "start "));
        steps.addAll(onServices(Step.Kind.REDEPLOY, arrangement, published, "redeploy "));
        steps.addAll(onServices(Step.Kind.CHECK, arrangement, published, "check "));
        return new Pass(arrangement, steps);
    }

    private List<Step> narrow(String arrangement) {
        List<Step> steps = new ArrayList<>();
        for (Server server : manifest.servers().values()) {
            long accounts = subjects.stream().filter(s -> isOn(s, server)).count();
            if (accounts > 0) {
                String summary = arrangement.equals(Arrangement.START)
                        ? "prove the new passwords dead on " + server.name()
                        : "prove the old passwords dead on " + server.name();
                steps.add(new Step(arrangement, Step.Kind.NARROW, server.name(), summary, within(accounts)));
            }
        }
        return steps;
    }

    private List<Step> onServers(
            Step.Kind kind, String arrangement, List<Subject> moved, Course course, Predicate<Subject> which) {
        List<Step> steps = new ArrayList<>();
        for (Server server : manifest.servers().values()) {
            List<Subject> here = moved.stream()
                    .filter(s -> s.course() == course && isOn(s, server) && which.test(s))
                    .toList();
            if (!here.isEmpty()) {
                String accounts = here.size() == 1 ? "1 account" : here.size() + " accounts";
                String summary = switch (kind) {
                    case WIDEN -> "accept old and new: " + accounts + " on " + server.name();
                    case SWITCH -> "switch " + accounts + " on " + server.name();
                    default -> "switch the administrator on " + server.name();
                };
                steps.add(new Step(arrangement, kind, server.name(), summary, within(here.size())));
            }
        }
        return steps;
    }

    private static long within(long accounts) {
        return SHORT.plus(AN_ACCOUNT.multipliedBy(accounts)).toSeconds();
    }

    private List<Step> publish(String arrangement, List<Subject> moved) {
        List<Step> steps = new ArrayList<>();
        for (Publication publication : manifest.publications()) {
            if (moved.stream().anyMatch(s -> shows(publication, s, arrangement))) {
                steps.add(new Step(
                        arrangement,
                        Step.Kind.PUBLISH,
                        publication.name(),
                        "publish " + publication.name(),
                        SHORT.toSeconds()));
            }
        }
        return steps;
    }

    /** Whether making this arrangement changes what the publication holds of the subject. */
    private boolean shows(Publication publication, Subject subject, String arrangement) {
        Wish now = subject.course().heldAt(arrangement);
        Wish before = arrangement.equals(Arrangement.START) ? null : heldBefore(subject, arrangement);
        return publication.fields().values().stream()
                .filter(reference -> reference.secret().equals(subject.name()))
                .anyMatch(reference -> before == null
                        || (reference.part() == Reference.Part.PREVIOUS
                                ? now.second() != before.second()
                                : now.use() != before.use()));
    }

    private static Wish heldBefore(Subject subject, String arrangement) {
        int at = Arrangement.IN_ORDER.indexOf(arrangement);
        return at == 0
                ? subject.course().heldAt(Arrangement.START)
                : subject.course().heldAt(Arrangement.IN_ORDER.get(at - 1));
    }

    private List<Step> reencrypt(String arrangement, List<Subject> keys) {
        return keys.stream()
                .map(key -> new Step(
                        arrangement, Step.Kind.REENCRYPT, key.name(), "re-encrypt the rows under " + key.name(), 3600))
                .toList();
    }

    private List<Step> onServices(Step.Kind kind, String arrangement, List<Subject> moved, String verb) {
        List<Step> steps = new ArrayList<>();
        for (Service service : manifest.services().values()) {
            if (moved.stream().anyMatch(s -> uses.reaches(service, s.name()) && seenBy(s, arrangement))) {
                long within = service.startTime().multipliedBy(2).plus(SHORT).toSeconds();
                steps.add(new Step(arrangement, kind, service.name(), verb + service.name(), within));
            }
        }
        return steps;
    }

    /** A service is not touched by an arrangement in which nothing that is published of the secret changes. */
    private boolean seenBy(Subject subject, String arrangement) {
        return subject.course().isPassword()
                || subject.course() == Course.DERIVED
                || manifest.publications().stream().anyMatch(p -> shows(p, subject, arrangement))
                || manifest.publications().stream().noneMatch(p -> uses.publishes(p, subject.name()));
    }

    private List<Subject> wishedBy(String arrangement) {
        return subjects.stream()
                .filter(s -> s.course().wishOf(arrangement).isPresent())
                .toList();
    }

    private List<Subject> wishing(Course course) {
        return subjects.stream().filter(s -> s.course() == course).toList();
    }

    private boolean isAdministrator(Subject subject) {
        return manifest.servers().values().stream()
                .anyMatch(server -> server.administrator().equals(subject.name()));
    }

    private static boolean isOn(Subject subject, Server server) {
        return subject.course().isPassword()
                && subject.secret()
                        .account()
                        .filter(account -> account.server().equals(server.name()))
                        .isPresent();
    }
}
