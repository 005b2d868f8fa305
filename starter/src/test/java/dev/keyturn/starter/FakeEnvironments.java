package dev.keyturn.starter;

import dev.keyturn.workflows.environment.Environment;
import dev.keyturn.workflows.environment.Environments;
import java.nio.file.Path;

/** An engine in memory: the starter's own boundary, behind which real runs are tested elsewhere. */
final class FakeEnvironments implements Environments {
    final FakeEnvironment environment = new FakeEnvironment();
    RuntimeException onOpen;
    Path opened;

    @Override
    public Environment open(Path manifest) {
        opened = manifest;
        if (onOpen != null) {
            throw onOpen;
        }
        return environment;
    }

    @Override
    public String manifestSchema() {
        return "{\"title\": \"Manifest\"}";
    }

    @Override
    public String manifestReference() {
        return "# The manifest";
    }
}
