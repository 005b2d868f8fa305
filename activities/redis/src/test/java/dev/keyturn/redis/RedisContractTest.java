package dev.keyturn.redis;

import dev.keyturn.sandbox.PrivateRedis.Persistence;
import dev.keyturn.testkit.AccountServerBench;
import dev.keyturn.testkit.AccountServerContract;
import dev.keyturn.testkit.AccountServerFaultContract;
import dev.keyturn.testkit.AccountServerLoginContract;
import dev.keyturn.testkit.AccountServerSessionContract;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;

/** Redis keeps what every account server keeps, however its accounts persist. */
class RedisContractTest {
    private static RedisBench withAclFile;
    private static RedisBench withRequirepass;

    @BeforeAll
    static void start() {
        withAclFile = new RedisBench(Persistence.ACL_FILE);
        withRequirepass = new RedisBench(Persistence.REQUIREPASS);
    }

    @AfterAll
    static void stop() {
        withAclFile.close();
        withRequirepass.close();
    }

    @Nested
    class ChangesWithAclFile extends AccountServerContract {
        @Override
        protected AccountServerBench bench() {
            return withAclFile;
        }
    }

    @Nested
    class ChangesWithRequirepass extends AccountServerContract {
        @Override
        protected AccountServerBench bench() {
            return withRequirepass;
        }
    }

    @Nested
    class Logins extends AccountServerLoginContract {
        @Override
        protected AccountServerBench bench() {
            return withAclFile;
        }
    }

    @Nested
    class FaultsWithAclFile extends AccountServerFaultContract {
        @Override
        protected AccountServerBench bench() {
            return withAclFile;
        }
    }

    @Nested
    class FaultsWithRequirepass extends AccountServerFaultContract {
        @Override
        protected AccountServerBench bench() {
            return withRequirepass;
        }
    }

    @Nested
    class Sessions extends AccountServerSessionContract {
        @Override
        protected AccountServerBench bench() {
            return withRequirepass;
        }
    }
}
