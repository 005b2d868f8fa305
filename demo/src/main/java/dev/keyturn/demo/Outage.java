package dev.keyturn.demo;

import dev.keyturn.sandbox.PrivatePostgres;
import dev.keyturn.workflows.contract.Progress;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Kills PostgreSQL with SIGKILL in the middle of the switch, always at the same place: a session of its own holds the
 * table of the passwords, so that the first {@code ALTER ROLE} waits, and this is the moment. It comes back when Keyturn has
 * given the step up.
 */
final class Outage implements Consumer<Progress> {
    private static final Duration LONGEST = Duration.ofSeconds(60);

    private final PrivatePostgres postgres;
    private final CompletableFuture<Duration> end = new CompletableFuture<>();
    private Thread work;
    private volatile Progress latest = new Progress("", "", java.util.List.of());

    Outage(PrivatePostgres postgres) {
        this.postgres = postgres;
    }

    @Override
    public void accept(Progress progress) {
        latest = progress;
        // With an identity the run has the lock; everything was looked at, and the switch is some steps away.
        if (work == null && !progress.run().isEmpty()) {
            work = new Thread(this::happen, "keyturn-demo-outage");
            work.setDaemon(true);
            work.start();
        }
    }

    /**
     * How long the server was away, once it is back.
     *
     * @return zero if nothing happened
     */
    Duration duration() {
        try {
            return work == null ? Duration.ZERO : end.get(LONGEST.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Duration.ZERO;
        } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
            return Duration.ZERO;
        }
    }

    private void happen() {
        try {
            if (!killInTheSwitch()) {
                end.complete(Duration.ZERO);
                return;
            }
            long gone = System.nanoTime();
            await(this::stepFailed);
            postgres.restart();
            end.complete(Duration.ofNanos(System.nanoTime() - gone));
        } catch (SQLException | RuntimeException e) {
            end.complete(Duration.ZERO);
        }
    }

    private boolean killInTheSwitch() throws SQLException {
        try (Connection session = postgres.connect()) {
            session.setAutoCommit(false);
            try (Statement statement = session.createStatement()) {
                statement.execute("LOCK TABLE pg_authid IN SHARE MODE");
                boolean waits = await(() -> somebodyWaits(statement));
                if (waits) {
                    postgres.kill();
                }
                return waits;
            }
        }
    }

    private static boolean somebodyWaits(Statement statement) {
        try (ResultSet waiting = statement.executeQuery(
                "SELECT count(*) FROM pg_locks WHERE relation = 'pg_authid'::regclass AND NOT granted")) {
            return waiting.next() && waiting.getInt(1) > 0;
        } catch (SQLException e) {
            throw new IllegalStateException("PostgreSQL does not say who waits: SQLSTATE " + e.getSQLState());
        }
    }

    private boolean stepFailed() {
        return latest.lines().stream().anyMatch(line -> line.state() == Progress.State.FAILED);
    }

    private static boolean await(BooleanSupplier condition) {
        long end = System.nanoTime() + LONGEST.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                return false;
            }
            LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
        }
        return true;
    }
}
