package dev.keyturn.systemtests;

import dev.keyturn.workflows.environment.Environment;
import dev.keyturn.workflows.environment.Environments;
import java.nio.file.Path;

/** What a {@link KeyturnProcess} finds installed: the tests' technologies, and a fault at the spot that its properties name. */
public final class ArmedEnvironments implements Environments {
    static final String STEP = "keyturn.test.step";
    static final String MOMENT = "keyturn.test.moment";
    static final String KIND = "keyturn.test.kind";

    private final Faults faults = new Faults(RunInProcess.LEASE);
    private final Environments environments = Drill.environments(faults);

    @Override
    public Environment open(Path manifest) {
        String step = System.getProperty(STEP, "");
        if (!step.isEmpty()) {
            Spot spot = new Spot(step, Moment.valueOf(System.getProperty(MOMENT)));
            Faults.Kind kind = Faults.Kind.valueOf(System.getProperty(KIND));
            if (kind == Faults.Kind.PAUSE) {
                faults.arm(spot, () -> RunInProcess.waitIn(manifest.getParent()));
            } else {
                faults.arm(spot, kind);
            }
        }
        return environments.open(manifest);
    }

    @Override
    public String manifestSchema() {
        return environments.manifestSchema();
    }

    @Override
    public String manifestReference() {
        return environments.manifestReference();
    }
}
