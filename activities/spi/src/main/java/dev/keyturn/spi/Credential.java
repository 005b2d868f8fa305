package dev.keyturn.spi;

/** What opens an account: its two fields. Printing one shows the principal alone. */
public record Credential(Principal user, SecretValue password) {
    public static Credential of(String user, String password) {
        return new Credential(new Principal(user), SecretValue.of(password));
    }
}
