package dev.keyturn.steps.backup;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.bcpg.HashAlgorithmTags;
import org.bouncycastle.bcpg.SymmetricKeyAlgorithmTags;
import org.bouncycastle.openpgp.PGPEncryptedDataGenerator;
import org.bouncycastle.openpgp.PGPEncryptedDataList;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPLiteralData;
import org.bouncycastle.openpgp.PGPLiteralDataGenerator;
import org.bouncycastle.openpgp.PGPPBEEncryptedData;
import org.bouncycastle.openpgp.jcajce.JcaPGPObjectFactory;
import org.bouncycastle.openpgp.operator.PGPDigestCalculatorProvider;
import org.bouncycastle.openpgp.operator.jcajce.JcaPGPDigestCalculatorProviderBuilder;
import org.bouncycastle.openpgp.operator.jcajce.JcePBEDataDecryptorFactoryBuilder;
import org.bouncycastle.openpgp.operator.jcajce.JcePBEKeyEncryptionMethodGenerator;
import org.bouncycastle.openpgp.operator.jcajce.JcePGPDataEncryptorBuilder;

/**
 * An OpenPGP message under a passphrase: AES-256 with integrity protection (SEIPD version 1, which GnuPG 2.2 reads; version 2 it does
 * not), the key made from the passphrase by iterated and salted SHA-256 at the highest count. The message is held in memory as a whole: nothing
 * of it is believed before its end has been checked.
 */
final class OpenPgp {
    /** 65,011,712 bytes are hashed (RFC 4880, 3.7.1.3), against guessing. */
    static final int MOST_WORK = 0xFF;

    private OpenPgp() {}

    /** @param work the coded count of RFC 4880, 3.7.1.3 */
    static byte[] encrypt(byte[] plain, String fileName, Instant at, char[] passphrase, int work) {
        try {
            PGPEncryptedDataGenerator encryption =
                    new PGPEncryptedDataGenerator(new JcePGPDataEncryptorBuilder(SymmetricKeyAlgorithmTags.AES_256)
                            .setWithIntegrityPacket(true)
                            .setSecureRandom(new SecureRandom()));
            encryption.addMethod(
                    new JcePBEKeyEncryptionMethodGenerator(passphrase, digests().get(HashAlgorithmTags.SHA256), work));
            byte[] literal = literal(plain, fileName, at);
            ByteArrayOutputStream message = new ByteArrayOutputStream(literal.length + 1024);
            try (OutputStream body = encryption.open(message, literal.length)) {
                body.write(literal);
            }
            return message.toByteArray();
        } catch (PGPException e) {
            throw new AssertionError("every Java platform has AES-256 and SHA-256", e);
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
    }

    private static byte[] literal(byte[] plain, String fileName, Instant at) throws IOException {
        ByteArrayOutputStream packet = new ByteArrayOutputStream(plain.length + 64);
        try (OutputStream body = new PGPLiteralDataGenerator()
                .open(packet, PGPLiteralData.BINARY, fileName, plain.length, Date.from(at))) {
            body.write(plain);
        }
        return packet.toByteArray();
    }

    /** @throws BackupException if the passphrase is another, or a byte of the message was changed, added or lost */
    static byte[] decrypt(Path file, byte[] message, char[] passphrase) {
        try {
            JcaPGPObjectFactory packets = new JcaPGPObjectFactory(new ByteArrayInputStream(message));
            if (!(packets.nextObject() instanceof PGPEncryptedDataList encrypted)
                    || encrypted.size() != 1
                    || !(encrypted.get(0) instanceof PGPPBEEncryptedData data)
                    || !data.isIntegrityProtected()) {
                throw damaged(file);
            }
            InputStream clear = open(file, data, passphrase);
            if (!(new JcaPGPObjectFactory(clear).nextObject() instanceof PGPLiteralData literal)) {
                throw damaged(file);
            }
            byte[] plain = literal.getInputStream().readAllBytes();
            clear.transferTo(OutputStream.nullOutputStream());
            if (!data.verify() || packets.nextObject() != null) {
                throw damaged(file);
            }
            return plain;
        } catch (PGPException | IOException e) {
            throw damaged(file);
        } catch (BackupException e) {
            throw e;
        } catch (RuntimeException e) {
            // The library answers some malformed packets with exceptions of all kinds.
            throw damaged(file);
        }
    }

    /** With another passphrase the session's key comes out as noise, which the library notices in one of several ways. */
    private static InputStream open(Path file, PGPPBEEncryptedData data, char[] passphrase) {
        try {
            return data.getDataStream(new JcePBEDataDecryptorFactoryBuilder(digests()).build(passphrase));
        } catch (PGPException | RuntimeException e) {
            throw new BackupException(
                    file
                            + ": the passphrase does not open it, or its first bytes were changed or cut short. Next: take the passphrase that was"
                            + " in the passphrase file when this backup was written, or verify another backup (keyturn backup list).");
        }
    }

    private static PGPDigestCalculatorProvider digests() throws PGPException {
        return new JcaPGPDigestCalculatorProviderBuilder().build();
    }

    private static BackupException damaged(Path file) {
        return new BackupException(
                file
                        + ": found a file that was changed or cut short, expected a whole backup. Next: verify another one (keyturn backup list).");
    }
}
