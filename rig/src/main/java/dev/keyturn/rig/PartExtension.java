package dev.keyturn.rig;

import dev.keyturn.testkit.Need;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.function.Supplier;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives a test a share of a part as a parameter, and closes it after the test, also when that failed. A share that a {@code
 * @BeforeAll} asks for belongs to the whole class: its tests get the same one.
 */
abstract class PartExtension<S extends AutoCloseable> implements ExecutionCondition, ParameterResolver {
    private final Part part;
    private final Class<S> type;
    private final Function<String, S> open;
    private final Supplier<Optional<String>> obstacle;

    /**
     * @param open makes a share from a name that nobody else has: lower-case letters, digits and a hyphen, 15 characters
     * @param obstacle why nothing else can stand for the part, or nothing if something can; asked only if the part is not up
     */
    PartExtension(Part part, Class<S> type, Function<String, S> open, Supplier<Optional<String>> obstacle) {
        this.part = part;
        this.type = type;
        this.open = open;
        this.obstacle = obstacle;
    }

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        if (part.isUp()) {
            return ConditionEvaluationResult.enabled(part.script() + " is up");
        }
        if (Need.isRequired()) {
            throw part.need().isForbidden();
        }
        return obstacle.get()
                .map(why -> ConditionEvaluationResult.disabled(part.need().reason() + "; " + why))
                .orElseGet(() -> ConditionEvaluationResult.enabled("Testcontainers stands for " + part.script()));
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == type;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return context.getStore(Namespace.create(part)).computeIfAbsent(type, key -> open.apply(newName()), type);
    }

    private static String newName() {
        return "kt-"
                + HexFormat.of()
                        .toHexDigits(ThreadLocalRandom.current().nextLong())
                        .substring(0, 12);
    }
}
