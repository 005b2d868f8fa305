package dev.keyturn.workflows.codec;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.temporal.api.common.v1.Payload;
import io.temporal.payload.codec.PayloadCodec;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Encrypts payloads with AES-256-GCM under one key, of which the metadata bears an identifier, and refuses a payload that is
 * not encrypted or is under another key. Safe for use by several threads; no I/O, as codecs run on workflow threads.
 */
public final class EncryptingCodec implements PayloadCodec {
    private static final String ENCODING = "encoding";
    private static final ByteString ENCRYPTED = ByteString.copyFromUtf8("binary/encrypted");
    private static final String KEY_ID = "keyturn-key";
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;

    private final SecretKeySpec key;
    private final ByteString keyId;
    private final SecureRandom random = new SecureRandom();

    /** @param key 32 bytes */
    public EncryptingCodec(byte[] key) {
        if (key.length != 32) {
            throw new IllegalArgumentException("a payload key has 32 bytes, not " + key.length);
        }
        this.key = new SecretKeySpec(key, "AES");
        this.keyId = ByteString.copyFromUtf8(idOf(key));
    }

    @Override
    public List<Payload> encode(List<Payload> payloads) {
        return payloads.stream().map(this::encrypt).toList();
    }

    @Override
    public List<Payload> decode(List<Payload> payloads) {
        return payloads.stream().map(this::decrypt).toList();
    }

    private Payload encrypt(Payload plain) {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        byte[] sealed = crypt(Cipher.ENCRYPT_MODE, nonce, plain.toByteArray());
        return Payload.newBuilder()
                .putMetadata(ENCODING, ENCRYPTED)
                .putMetadata(KEY_ID, keyId)
                .setData(ByteString.copyFrom(nonce).concat(ByteString.copyFrom(sealed)))
                .build();
    }

    private Payload decrypt(Payload sealed) {
        if (!ENCRYPTED.equals(sealed.getMetadataMap().get(ENCODING))) {
            throw new IllegalStateException("a payload that is not encrypted was refused");
        }
        if (!keyId.equals(sealed.getMetadataMap().get(KEY_ID))) {
            throw new IllegalStateException(
                    "a payload under another key was refused: this process and the run's worker must have the same store key");
        }
        if (sealed.getData().size() < NONCE_BYTES + TAG_BITS / 8) {
            throw new IllegalStateException("a payload that was changed was refused");
        }
        ByteBuffer data = sealed.getData().asReadOnlyByteBuffer();
        byte[] nonce = new byte[NONCE_BYTES];
        data.get(nonce);
        byte[] body = new byte[data.remaining()];
        data.get(body);
        try {
            return Payload.parseFrom(crypt(Cipher.DECRYPT_MODE, nonce, body));
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("a payload that was changed was refused", e);
        }
    }

    private byte[] crypt(int mode, byte[] nonce, byte[] data) {
        try {
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
            return cipher.doFinal(data);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a payload could not be encrypted or was changed", e);
        }
    }

    /** Names a key without helping to guess it: the key has 256 random bits. */
    private static String idOf(byte[] key) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(key);
            return HexFormat.of().formatHex(digest, 0, 6);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
