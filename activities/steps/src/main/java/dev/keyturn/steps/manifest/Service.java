package dev.keyturn.steps.manifest;

import dev.keyturn.spi.Settings;
import dev.keyturn.spi.Technology;
import java.time.Duration;
import java.util.List;

/**
 * A consumer.
 *
 * @param uses the names of the secrets that it reads; derived ones count with all that they are made of
 * @param checks how it is looked at after a redeployment
 * @param startTime the longest that its redeployment usually takes; what gaps are predicted from
 */
public record Service(
        String name,
        Technology.ForRedeployer technology,
        Settings settings,
        List<String> uses,
        List<ServiceCheck> checks,
        Duration startTime) {
    /** One check of a service. */
    public record ServiceCheck(Technology.ForCheck technology, Settings settings) {}
}
