package dev.keyturn.steps.manifest;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an environment consists of, checked: every name that is used is declared, no derived secret needs itself, no two secrets own
 * one account. Maps and lists keep the file's order.
 *
 * @param file where it was read from; relative paths in it were taken from its folder
 * @param fingerprint of the file's content: another one where it says anything else
 * @param environment the environment's name
 * @param production whether placeholder words and weak values are errors instead of warnings
 * @param servers the account servers by name
 * @param secrets the secrets by name
 * @param publications where values are published, in order
 * @param services the consumers by name, in the order in which they are redeployed
 * @param store where the store lies
 * @param backup where backups go; empty if none are wanted
 * @param patience how long a run waits for something that does not answer before it turns round
 */
public record Manifest(
        Path file,
        String fingerprint,
        String environment,
        boolean production,
        Map<String, Server> servers,
        Map<String, Secret> secrets,
        List<Publication> publications,
        Map<String, Service> services,
        StorePlace store,
        Optional<BackupPlace> backup,
        Duration patience) {

    /** The secret that opens the administrator's account of this server. */
    public Secret administratorOf(Server server) {
        return secrets.get(server.administrator());
    }
}
