package dev.keyturn.postgres;

import dev.keyturn.spi.AccountState;
import dev.keyturn.spi.Principal;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * One role as the catalog shows it.
 *
 * @param expires {@code VALID UNTIL} as the server prints it; empty if the role never expires
 * @param alterable whether the administrator may set its password
 */
record Role(String name, boolean mayLogin, boolean superuser, boolean expired, String expires, boolean alterable) {
    /**
     * From version 16 on, setting a password needs CREATEROLE and the ADMIN OPTION on the role; before, CREATEROLE
     * and a role that neither is a superuser nor replicates. One's own password is always one's own (manual, ALTER ROLE).
     */
    private static final String QUERY = """
            SELECT r.rolname::text, r.rolcanlogin, r.rolsuper,
                   coalesce(r.rolvaliduntil < clock_timestamp(), false), coalesce(r.rolvaliduntil::text, ''),
                   me.rolsuper OR r.oid = me.oid OR (me.rolcreaterole AND NOT r.rolsuper AND %s)
            FROM pg_roles r, pg_roles me
            WHERE r.rolname::text = ANY (?) AND me.rolname = current_user
            """;

    /** Those of these roles that exist, by name. */
    static Map<String, Role> find(Session session, Collection<Principal> names) {
        String alterable = session.majorVersion() >= 16
                ? "pg_has_role(me.oid, r.oid, 'USAGE WITH ADMIN OPTION')"
                : "NOT r.rolreplication";
        return session
                .rows(
                        "looking at its roles",
                        QUERY.formatted(alterable),
                        row -> new Role(
                                row.getString(1),
                                row.getBoolean(2),
                                row.getBoolean(3),
                                row.getBoolean(4),
                                row.getString(5),
                                row.getBoolean(6)),
                        (Object) names.stream().map(Principal::name).toArray(String[]::new))
                .stream()
                .collect(Collectors.toMap(Role::name, Function.identity()));
    }

    /** What makes a proof by login impossible, whatever the password is; empty if nothing does. */
    static Optional<Obstacle> obstacle(Role role, AccountState wanted) {
        String alter = "ALTER ROLE " + Session.quoted(wanted.who().name());
        if (role == null) {
            return Optional.of(
                    new Obstacle("no such role", "a role of this name", "create it, or correct the manifest"));
        }
        if (role.mayLogin != wanted.mayLogin()) {
            return Optional.of(
                    wanted.mayLogin()
                            ? new Obstacle("NOLOGIN", "LOGIN, as the manifest says", alter + " LOGIN")
                            : new Obstacle("LOGIN", "NOLOGIN, as the manifest says", alter + " NOLOGIN"));
        }
        if (role.expired) {
            return Optional.of(new Obstacle(
                    "VALID UNTIL " + role.expires + ", which is over: setting a password does not lift it",
                    "a role that has not expired",
                    alter + " VALID UNTIL 'infinity'"));
        }
        return Optional.empty();
    }

    /** Something about a role, and what to do about it. */
    record Obstacle(String found, String expected, String next) {}
}
