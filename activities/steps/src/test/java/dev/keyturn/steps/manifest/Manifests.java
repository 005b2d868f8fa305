package dev.keyturn.steps.manifest;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Small manifests for tests of what is pure: nothing in them can be opened. */
public final class Manifests {
    private Manifests() {}

    /** Reads the manifest's text as a file of a folder that is gone afterwards. */
    public static Manifest of(String yaml) {
        try {
            Path file = Files.createTempFile("manifest", ".yml");
            try {
                Files.writeString(file, "environment: test\n" + yaml, UTF_8);
                return ManifestReader.read(file, FakeTechnologies.ALL);
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Two servers, a secret of each kind, and two services. */
    public static Manifest ofEachKind() {
        return of("""
                servers:
                  main: {postgres: {host: 127.0.0.1, admin: admin_pw}}
                  cache: {redis: {host: 127.0.0.1, admin: cache_pw}}
                secrets:
                  admin_pw: {generate: alphanumeric(32), account: {server: main, user: postgres}}
                  app_pw: {generate: alphanumeric(32), account: {server: main, user: app}}
                  cache_pw: {generate: alphanumeric(32), account: {server: cache, user: default}}
                  ring: {generate: base64url(32), overlap: 24h}
                  single: {generate: hex(32)}
                  token: {provided: {env-file: provided.env, key: TOKEN}}
                  salt: {immutable: changing it unlinks every pseudonym}
                  app_url: {derive: "postgresql://{app_pw.user}:{app_pw}@db:5432/app"}
                  all_urls: {derive: "{app_url} {cache_pw}"}
                publish:
                  - key-directory: {path: keys, keys: {admin_pw: admin_pw, app_pw: app_pw, cache_pw: cache_pw}}
                  - env-file: {path: .env, keys: {URL: app_url, URLS: all_urls, RING: ring, RING_OLD: ring.previous, SINGLE: single, TOKEN: token, SALT: salt}}
                services:
                  first: {command: {run: [up, first]}, uses: [app_url, ring]}
                  second: {command: {run: [up, second]}, uses: [all_urls, single, token], start-time: 10s}
                  third: {command: {run: [up, third]}, uses: [salt]}
                """);
    }
}
