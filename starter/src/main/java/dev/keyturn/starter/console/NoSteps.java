package dev.keyturn.starter.console;

import dev.keyturn.workflows.contract.Progress;
import java.util.function.Consumer;

/** Shows no steps; notes go where trouble goes. */
record NoSteps(Consumer<String> notes) implements Steps {
    @Override
    public void accept(Progress progress) {}

    @Override
    public void note(String text) {
        notes.accept(text);
    }

    @Override
    public void close() {}
}
