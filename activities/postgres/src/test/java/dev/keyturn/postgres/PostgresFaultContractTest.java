package dev.keyturn.postgres;

import dev.keyturn.sandbox.PrivatePostgres;
import dev.keyturn.testkit.AccountServerBench;
import dev.keyturn.testkit.AccountServerFaultContract;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** PostgreSQL keeps what every account server keeps about faults. */
class PostgresFaultContractTest extends AccountServerFaultContract {
    private static PostgresBench bench;

    @BeforeAll
    static void start() {
        // Each cut leaves an adapter open until its test ends.
        Map<String, String> settings = new HashMap<>(PrivatePostgres.CHEAP_LOGINS);
        settings.put("max_connections", "400");
        bench = new PostgresBench(settings);
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
