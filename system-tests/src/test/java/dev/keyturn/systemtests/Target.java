package dev.keyturn.systemtests;

import dev.keyturn.sandbox.PrivateRedis;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** An account server of the system, what a test does to it behind Keyturn's back, and the secret that it is about. */
enum Target {
    POSTGRES("postgres_app_user_pw", "app_user") {
        @Override
        Spot changed() {
            return new Spot("promote switch main", Moment.AFTER);
        }

        @Override
        void set(Drill drill, String password) {
            sql(drill, "ALTER ROLE app_user PASSWORD '" + password + "'");
        }

        @Override
        void open(Drill drill, Drill.Picture before) {
            hba(drill, "trust");
        }

        @Override
        void shut(Drill drill, Drill.Picture before) {
            hba(drill, "scram-sha-256");
        }

        @Override
        void stop(Drill drill) {
            drill.system().postgres().stop();
        }

        @Override
        void start(Drill drill) {
            drill.system().postgres().restart();
        }

        private void hba(Drill drill, String method) {
            try {
                java.nio.file.Files.writeString(
                        drill.system().postgres().folder().resolve("data/pg_hba.conf"),
                        "host all all all " + method + "\n");
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
            sql(drill, "SELECT pg_reload_conf()");
            String wanted = method.equals("trust") ? "accepted" : "SQLSTATE 28P01";
            Target.await(() -> drill.logins()
                    .tried("postgres_app_ro_pw", "not-the-password")
                    .equals(wanted));
        }

        private void sql(Drill drill, String statement) {
            String password = Drill.read(drill.system().keyFile("postgres_password"));
            try (Connection connection = drill.system().postgres().connect("postgres", password);
                    Statement execution = connection.createStatement()) {
                execution.execute(statement);
            } catch (SQLException e) {
                throw new IllegalStateException("PostgreSQL refused a statement: SQLSTATE " + e.getSQLState());
            }
        }
    },
    REDIS("redis_password", "default") {
        @Override
        Spot changed() {
            return new Spot("promote widen cache", Moment.AFTER);
        }

        @Override
        void set(Drill drill, String password) {
            acl(drill, "resetpass", ">" + password);
        }

        @Override
        void open(Drill drill, Drill.Picture before) {
            acl(drill, "nopass");
        }

        @Override
        void shut(Drill drill, Drill.Picture before) {
            acl(drill, "resetpass", ">" + before.values().get(secret));
        }

        @Override
        void stop(Drill drill) {
            drill.system().redis().stop();
        }

        @Override
        void start(Drill drill) {
            drill.system().redis().restart();
        }

        /** With whatever password the server takes now. */
        private void acl(Drill drill, String... rules) {
            PrivateRedis redis = drill.system().redis();
            List<String> known = drill.state().versions().stream()
                    .filter(v -> v.secret().equals(secret))
                    .flatMap(v -> v.value().stream())
                    .map(v -> v.reveal())
                    .toList();
            for (String password : java.util.stream.Stream.concat(
                            known.stream(),
                            java.util.stream.Stream.of(
                                    Drill.read(drill.system().keyFile(secret)), "set-by-somebody-else-1234"))
                    .toList()) {
                String answer = commands(
                        redis,
                        List.of(
                                List.of("AUTH", password),
                                java.util.stream.Stream.concat(
                                                java.util.stream.Stream.of("ACL", "SETUSER", "default"),
                                                java.util.Arrays.stream(rules))
                                        .toList(),
                                List.of("ACL", "SAVE")));
                if (answer.endsWith("+OK\r\n+OK\r\n")) {
                    return;
                }
            }
            throw new IllegalStateException("Redis takes no password that is known");
        }

        private String commands(PrivateRedis redis, List<List<String>> commands) {
            try (Socket socket = new Socket(redis.host(), redis.port())) {
                StringBuilder request = new StringBuilder();
                for (List<String> command : commands) {
                    request.append("*").append(command.size()).append("\r\n");
                    command.forEach(word -> request.append("$")
                            .append(word.length())
                            .append("\r\n")
                            .append(word)
                            .append("\r\n"));
                }
                socket.getOutputStream().write(request.toString().getBytes(StandardCharsets.UTF_8));
                socket.setSoTimeout(5_000);
                InputStream in = socket.getInputStream();
                StringBuilder answer = new StringBuilder();
                while (answer.chars().filter(c -> c == '\n').count() < commands.size()) {
                    answer.append((char) in.read());
                }
                return answer.toString();
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }
    };

    final String secret;
    final String account;

    Target(String secret, String account) {
        this.secret = secret;
        this.account = account;
    }

    /** When the account takes the new value and nobody has been redeployed. */
    abstract Spot changed();

    /** Makes the account take this password alone, as an administrator would by hand. */
    abstract void set(Drill drill, String password);

    /** Turns authentication off. */
    abstract void open(Drill drill, Drill.Picture before);

    /** Turns it on again. */
    abstract void shut(Drill drill, Drill.Picture before);

    abstract void stop(Drill drill);

    abstract void start(Drill drill);

    static void await(java.util.function.BooleanSupplier condition) {
        long deadline = System.nanoTime() + java.time.Duration.ofMinutes(3).toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not within three minutes");
            }
            java.util.concurrent.locks.LockSupport.parkNanos(10_000_000);
        }
    }
}
