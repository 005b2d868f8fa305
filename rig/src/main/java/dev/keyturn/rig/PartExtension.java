package dev.keyturn.rig;

import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
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
    private final BooleanSupplier substitute;

    /**
     * @param open makes a share from a name that nobody else has: lower-case letters, digits and a hyphen, 15 characters
     * @param substitute whether something else can stand for the part; asked only if the part is not up
     */
    PartExtension(Part part, Class<S> type, Function<String, S> open, BooleanSupplier substitute) {
        this.part = part;
        this.type = type;
        this.open = open;
        this.substitute = substitute;
    }

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        if (part.isUp()) {
            return ConditionEvaluationResult.enabled(part.script() + " is up");
        }
        if (Variables.required()) {
            throw new IllegalStateException("KEYTURN_RIG_REQUIRED=1 forbids skipping: " + part.missing());
        }
        return substitute.getAsBoolean()
                ? ConditionEvaluationResult.enabled("Testcontainers stands for " + part.script())
                : ConditionEvaluationResult.disabled(part.missing());
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
