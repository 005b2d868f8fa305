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
import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;
import java.util.function.UnaryOperator;

/** Opens environments whose store lies on this machine. Finds the adapters by {@link ServiceLoader} and names none. */
public final class LocalEnvironments implements Environments {
    private final List<Technology> technologies;
    private final UnaryOperator<Steps> around;
    private final UnaryOperator<Store> aroundStore;

    /** With the adapters that are installed; found by {@link ServiceLoader}. */
    public LocalEnvironments() {
        this(technologies(), steps -> steps);
    }

    /**
     * With adapters of one's own, and something around each step: how Keyturn is embedded, and how faults are put into it.
     *
     * @param around what is put around the steps of every environment opened
     */
    public LocalEnvironments(List<Technology> technologies, UnaryOperator<Steps> around) {
        this(technologies, around, store -> store);
    }

    /**
     * With something around the store besides.
     *
     * @param aroundStore what is put around the store that the steps write to
     */
    public LocalEnvironments(
            List<Technology> technologies, UnaryOperator<Steps> around, UnaryOperator<Store> aroundStore) {
        this.technologies = List.copyOf(technologies);
        this.around = around;
        this.aroundStore = aroundStore;
    }

    @Override
    public Environment open(Path manifest) {
        return new LocalEnvironment(new Opening(read(manifest), aroundStore), around);
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
