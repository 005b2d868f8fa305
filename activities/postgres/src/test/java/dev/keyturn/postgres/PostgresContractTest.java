package dev.keyturn.postgres;

import dev.keyturn.testkit.AccountServerBench;
import dev.keyturn.testkit.AccountServerContract;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** PostgreSQL keeps what every account server keeps about ensure and preflight. */
class PostgresContractTest extends AccountServerContract {
    private static PostgresBench bench;

    @BeforeAll
    static void start() {
        bench = new PostgresBench(Map.of());
    }

    @AfterAll
    static void stop() {
        bench.close();
    }

    @Override
    protected AccountServerBench bench() {
        return bench;
    }
}
