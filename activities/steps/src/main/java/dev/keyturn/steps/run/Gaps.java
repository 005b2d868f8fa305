package dev.keyturn.steps.run;

import dev.keyturn.steps.arrangement.Arrangement;
import dev.keyturn.steps.arrangement.Course;
import dev.keyturn.steps.manifest.Manifest;
import dev.keyturn.steps.manifest.Service;
import dev.keyturn.steps.plan.Subject;
import dev.keyturn.steps.plan.Uses;
import dev.keyturn.steps.store.Deployment;
import dev.keyturn.steps.store.State;
import dev.keyturn.workflows.contract.Gap;
import dev.keyturn.workflows.contract.Step;
import dev.keyturn.workflows.contract.StepReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** For how long new logins of accounts that cannot overlap fail: predicted from earlier redeployments, measured from the steps. */
final class Gaps {
    /** The switch itself, its proof and the start of the next step. */
    private static final long SWITCH_MILLIS = 1_000;

    private final Manifest manifest;
    private final State state;
    private final Uses uses;

    Gaps(Manifest manifest, State state) {
        this.manifest = manifest;
        this.state = state;
        this.uses = new Uses(manifest);
    }

    /** The most that is to be expected: every redeployment up to the last service that uses the account. */
    List<Gap> predicted(List<Subject> subjects) {
        return inPlace(subjects).stream()
                .map(s -> new Gap(name(s), predictedMillis(s, subjects), -1))
                .toList();
    }

    /** From the end of the switch to the end of the last redeployment of a service that uses the account. */
    List<Gap> measured(List<Subject> subjects, List<StepReport> steps) {
        List<Gap> gaps = new ArrayList<>();
        for (Subject subject : inPlace(subjects)) {
            String server = subject.secret().account().orElseThrow().server();
            Step.Kind kind = manifest.servers().get(server).administrator().equals(subject.name())
                    ? Step.Kind.SWITCH_ADMINISTRATOR
                    : Step.Kind.SWITCH;
            Optional<StepReport> switched = report(steps, kind, server);
            long restored = consumers(subject).stream()
                    .flatMap(service -> report(steps, Step.Kind.REDEPLOY, service.name()).stream())
                    .mapToLong(StepReport::endedMillis)
                    .max()
                    .orElse(-1);
            long measured = switched.isEmpty() || restored < 0
                    ? -1
                    : Math.max(0, restored - switched.get().beganMillis());
            gaps.add(new Gap(name(subject), predictedMillis(subject, subjects), measured));
        }
        return gaps;
    }

    private List<Subject> inPlace(List<Subject> subjects) {
        return subjects.stream()
                .filter(s -> s.course() == Course.PASSWORD_IN_PLACE)
                .filter(s -> s.secret().account().orElseThrow().login())
                .filter(s -> !consumers(s).isEmpty())
                .toList();
    }

    private long predictedMillis(Subject subject, List<Subject> subjects) {
        List<Service> last = consumers(subject);
        long millis = SWITCH_MILLIS;
        for (Service service : manifest.services().values()) {
            boolean redeployed = subjects.stream().anyMatch(s -> uses.reaches(service, s.name()));
            if (redeployed) {
                millis += usually(service);
            }
            if (service.equals(last.get(last.size() - 1))) {
                break;
            }
        }
        return millis;
    }

    /** Twice what it took the last time, or what the manifest says. */
    private long usually(Service service) {
        Deployment last = state.deployments().get(service.name());
        return last != null && last.millis() > 0
                ? 2 * last.millis()
                : service.startTime().toMillis();
    }

    private List<Service> consumers(Subject subject) {
        return manifest.services().values().stream()
                .filter(service -> uses.reaches(service, subject.name()))
                .toList();
    }

    private static Optional<StepReport> report(List<StepReport> steps, Step.Kind kind, String object) {
        String id = new Step(Arrangement.PROMOTE, kind, object, "", 0).id();
        return steps.stream().filter(r -> r.step().equals(id) && r.changed()).findFirst();
    }

    private static String name(Subject subject) {
        return subject.secret().account().orElseThrow() + " (" + subject.name() + ")";
    }
}
