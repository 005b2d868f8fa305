package dev.keyturn.systemtests;

import dev.keyturn.workflows.environment.Environment;
import dev.keyturn.workflows.environment.Environments;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What a {@link KeyturnProcess} finds installed: the tests' technologies, and a fault at the spot that its properties name. */
public final class ArmedEnvironments implements Environments {
    private static final String SPOT = "keyturn.test.spot";
    private static final String KIND = "keyturn.test.kind";
    private static final String TURNING = "keyturn.test.turning";

    private final Faults faults = new Faults(RunInProcess.LEASE);
    private final Environments environments = Drill.environments(faults);

    /** For Java, to have a fault of this kind at the spot. */
    static List<String> properties(Faults.Kind kind, Spot spot) {
        return List.of("-D" + SPOT + "=" + spot.word(), "-D" + KIND + "=" + kind);
    }

    /** For Java, to have the run turned round at the spot. */
    static String turningAt(Spot spot) {
        return "-D" + TURNING + "=" + spot.word();
    }

    @Override
    public Environment open(Path manifest) {
        spot(TURNING).ifPresent(faults::turnRoundAt);
        spot(SPOT).ifPresent(spot -> {
            Faults.Kind kind = Faults.Kind.valueOf(System.getProperty(KIND));
            if (kind == Faults.Kind.PAUSE) {
                faults.arm(spot, () -> RunInProcess.waitIn(manifest.getParent()));
            } else {
                faults.arm(spot, kind);
            }
        });
        return environments.open(manifest);
    }

    private static Optional<Spot> spot(String property) {
        return Optional.ofNullable(System.getProperty(property)).map(Spot::parse);
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
