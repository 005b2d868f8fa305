package dev.keyturn.sandbox;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;

/**
 * What a consumer logs in to. Every login is a connection of its own: a pool would hide what a rotation does to the
 * next one.
 */
public sealed interface LoginTarget {
    int TIMEOUT_MILLIS = 5_000;

    /**
     * Opens a connection, logs in and closes it again.
     *
     * @throws LoginFailed if the server refused, or did not answer within five seconds
     */
    void login(String user, String password) throws LoginFailed;

    /** A credential together with what it opens. Printing it shows no value. */
    record Access(LoginTarget target, String user, String password) {
        void login() throws LoginFailed {
            target.login(user, password);
        }

        @Override
        public String toString() {
            return "Access[" + target + ", " + user + "]";
        }
    }

    /**
     * Reads {@code postgresql://user:password@host:port/database} and {@code redis://user:password@host:port}, with user
     * and password percent-encoded or absent.
     *
     * @throws IllegalArgumentException without the URL in its text
     */
    static Access parse(String url) {
        URI uri;
        try {
            uri = new URI(url);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("not a URL, wrong at character " + e.getIndex());
        }
        String[] userInfo = (uri.getRawUserInfo() == null ? "" : uri.getRawUserInfo()).split(":", 2);
        return new Access(of(uri), decode(userInfo[0]), userInfo.length == 2 ? decode(userInfo[1]) : "");
    }

    private static LoginTarget of(URI uri) {
        return switch (String.valueOf(uri.getScheme())) {
            case "postgresql", "postgres" ->
                new Postgres(uri.getHost(), uri.getPort(), uri.getPath().substring(1));
            case "redis" -> new Redis(uri.getHost(), uri.getPort());
            default -> throw new IllegalArgumentException("a URL that begins neither with postgresql: nor with redis:");
        };
    }

    private static String decode(String part) {
        return URLDecoder.decode(part.replace("+", "%2B"), UTF_8);
    }

    /** A PostgreSQL database. */
    record Postgres(String host, int port, String database) implements LoginTarget {
        @Override
        public void login(String user, String password) throws LoginFailed {
            Properties properties = new Properties();
            properties.setProperty("user", user);
            properties.setProperty("password", password);
            properties.setProperty("ApplicationName", "consumer");
            properties.setProperty("connectTimeout", "5");
            properties.setProperty("socketTimeout", "5");
            properties.setProperty("gssEncMode", "disable");
            try (Connection connection = DriverManager.getConnection(
                    "jdbc:postgresql://" + host + ":" + port + "/" + database, properties)) {
                if (connection.isClosed()) {
                    throw new LoginFailed("closed");
                }
            } catch (SQLException e) {
                throw new LoginFailed("SQLSTATE " + e.getSQLState());
            }
        }
    }

    /** A Redis server, spoken to in its own protocol: {@code AUTH} and {@code PING}. */
    record Redis(String host, int port) implements LoginTarget {
        @Override
        public void login(String user, String password) throws LoginFailed {
            try (Socket socket = new Socket()) {
                socket.setTcpNoDelay(true);
                socket.setSoTimeout(TIMEOUT_MILLIS);
                socket.connect(new InetSocketAddress(host, port), TIMEOUT_MILLIS);
                expect(socket, "+OK", "AUTH", user.isEmpty() ? "default" : user, password);
                expect(socket, "+PONG", "PING");
            } catch (IOException e) {
                throw new LoginFailed(e.getClass().getSimpleName());
            }
        }

        private static void expect(Socket socket, String answer, String... command) throws IOException, LoginFailed {
            ByteArrayOutputStream request = new ByteArrayOutputStream();
            request.writeBytes(("*" + command.length + "\r\n").getBytes(UTF_8));
            for (String word : command) {
                byte[] bytes = word.getBytes(UTF_8);
                request.writeBytes(("$" + bytes.length + "\r\n").getBytes(UTF_8));
                request.writeBytes(bytes);
                request.writeBytes("\r\n".getBytes(UTF_8));
            }
            request.writeTo(socket.getOutputStream());
            String line = line(socket.getInputStream());
            if (!line.equals(answer)) {
                throw new LoginFailed(line.startsWith("-") ? line.substring(1).split(" ", 2)[0] : "no answer");
            }
        }

        private static String line(InputStream in) throws IOException {
            StringBuilder line = new StringBuilder();
            for (int c; (c = in.read()) >= 0 && c != '\n'; ) {
                line.append((char) c);
            }
            return line.toString().stripTrailing();
        }
    }
}
