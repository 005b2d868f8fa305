package dev.keyturn.steps.run;

import dev.keyturn.spi.Field;
import dev.keyturn.steps.look.Found;
import dev.keyturn.steps.look.Found.AccountFound;
import dev.keyturn.steps.look.Found.CopyFound;
import dev.keyturn.steps.look.Known;
import dev.keyturn.steps.look.Stand;
import dev.keyturn.steps.manifest.Manifest;
import dev.keyturn.steps.manifest.Publication;
import java.util.List;

/** What a look at an environment of {@link dev.keyturn.steps.manifest.Manifests#ofEachKind} might find. */
record Looked(Manifest manifest) {
    AccountFound account(String secret, Stand stand, Known known) {
        return new AccountFound(manifest.secrets().get(secret), stand, known, known.words());
    }

    CopyFound copy(int publication, String field, Stand stand, Known known) {
        Publication place = manifest.publications().get(publication);
        Field name = new Field(field);
        return new CopyFound(place, name, place.fields().get(name), stand, known, known.words());
    }

    Found of(Stand account, Stand copy) {
        return new Found(
                List.of(account("app_pw", account, Known.NOTHING)), List.of(copy(0, "app_pw", copy, Known.NOTHING)));
    }
}
