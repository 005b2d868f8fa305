package dev.keyturn.demo;

import dev.keyturn.starter.CommandContribution;
import dev.keyturn.starter.Session;

/** Adds {@code demo} to the command line. */
public final class DemoContribution implements CommandContribution {
    @Override
    public Object command(Session session) {
        return new DemoCommand(session);
    }
}
