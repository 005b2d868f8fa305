package dev.keyturn.worker;

import dev.keyturn.spi.Technology;
import dev.keyturn.steps.manifest.Manifest;
import dev.keyturn.steps.manifest.ManifestException;
import dev.keyturn.steps.manifest.ManifestReader;
import dev.keyturn.steps.manifest.ManifestReference;
import dev.keyturn.steps.manifest.ManifestSchema;
import dev.keyturn.steps.store.Store;
import dev.keyturn.workflows.Steps;
import dev.keyturn.workflows.environment.Environment;
import dev.keyturn.workflows.environment.EnvironmentException;
import dev.keyturn.workflows.environment.Environments;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;
import java.util.function.UnaryOperator;

/** Opens environments whose store lies on this machine. Finds the adapters by {@link ServiceLoader} and names none. */
public final class LocalEnvironments implements Environments {
    /** Long beside the two seconds after which a holder says that it is at work. */
    private static final Duration LEASE = Duration.ofSeconds(30);

    private final List<Technology> technologies;
    private final Duration lease;
    private final UnaryOperator<Steps> around;
    private final UnaryOperator<Store> aroundStore;

    /** With the adapters that are installed; found by {@link ServiceLoader}. */
    public LocalEnvironments() {
        this(technologies(), LEASE, steps -> steps, store -> store);
    }

    /**
     * With adapters of one's own, and something around each step and the store: how Keyturn is embedded, and how faults are put into it.
     *
     * @param lease after how long a holder that says nothing is thought dead; it says that it is at work every two seconds
     * @param around what is put around the steps of every environment opened
     * @param aroundStore what is put around the store that the steps write to
     */
    public LocalEnvironments(
            List<Technology> technologies,
            Duration lease,
            UnaryOperator<Steps> around,
            UnaryOperator<Store> aroundStore) {
        this.technologies = List.copyOf(technologies);
        this.lease = lease;
        this.around = around;
        this.aroundStore = aroundStore;
    }

    @Override
    public Environment open(Path manifest) {
        return new LocalEnvironment(new Opening(read(manifest), lease, aroundStore), around);
    }

    private Manifest read(Path file) {
        try {
            return ManifestReader.read(file, technologies);
        } catch (ManifestException e) {
            throw new EnvironmentException(
                    EnvironmentException.Kind.USAGE,
                    e.getMessage() + "\nNothing was changed. The reference: docs/manifest.md");
        }
    }

    @Override
    public String manifestSchema() {
        return ManifestSchema.of(technologies);
    }

    @Override
    public String manifestReference() {
        return ManifestReference.of(technologies);
    }

    /** Every technology that is installed, by name. */
    public static List<Technology> technologies() {
        return ServiceLoader.load(Technology.class).stream()
                .map(ServiceLoader.Provider::get)
                .sorted(Comparator.comparing(Technology::name))
                .toList();
    }
}
