package dev.keyturn.steps.run;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keyturn.workflows.contract.Change;
import dev.keyturn.workflows.contract.Pass;
import dev.keyturn.workflows.contract.Remark;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * Names a plan by the manifest that it was made from, what it would do and what speaks against it; a passing warning does not change it. The
 * manifest counts, because a plan does not say all that a step takes from there, as a command or an endpoint.
 */
final class Digest {
    private Digest() {}

    /** @param manifest its fingerprint */
    static String of(String manifest, List<Change> changes, List<Pass> before, List<Pass> after, List<Remark> remarks) {
        String text = manifest + "|" + changes + "|" + before + "|" + after + "|"
                + remarks.stream().filter(Remark::blocks).toList();
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
            return HexFormat.of().formatHex(digest, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
