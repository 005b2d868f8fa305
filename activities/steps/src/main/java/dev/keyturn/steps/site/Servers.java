package dev.keyturn.steps.site;

import dev.keyturn.spi.AccountServer;
import dev.keyturn.spi.Credential;
import dev.keyturn.steps.manifest.Manifest;
import dev.keyturn.steps.manifest.Secret;
import dev.keyturn.steps.manifest.Server;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The account servers, opened when first asked for and closed together. Not safe for use by several threads. */
public final class Servers implements AutoCloseable {
    /** The session name of a look, for which no lock is held. */
    public static final String LOOKING = "keyturn";

    private final Manifest manifest;
    private final Function<Secret, List<Credential>> administrators;
    private final String sessionName;
    private final Map<String, AccountServer> open = new LinkedHashMap<>();

    public Servers(Manifest manifest, Values values, String sessionName) {
        this(manifest, values::administrator, sessionName);
    }

    /** @param administrators by the administrator's secret: what its account may accept now, the likeliest first */
    public Servers(Manifest manifest, Function<Secret, List<Credential>> administrators, String sessionName) {
        this.manifest = manifest;
        this.administrators = administrators;
        this.sessionName = sessionName;
    }

    public AccountServer get(Server server) {
        return open.computeIfAbsent(server.name(), name -> {
            List<Credential> administrator = administrators.apply(manifest.administratorOf(server));
            return server.technology().open(server.settings(), administrator, sessionName);
        });
    }

    /** The server on which this secret's account is. */
    public AccountServer of(Secret secret) {
        return get(manifest.servers().get(secret.account().orElseThrow().server()));
    }

    @Override
    public void close() {
        open.values().forEach(AccountServer::close);
        open.clear();
    }
}
