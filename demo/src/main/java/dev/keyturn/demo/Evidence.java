package dev.keyturn.demo;

import dev.keyturn.demo.Narrator.Shown;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The chapters that show an end by looking, not by asking Keyturn. */
final class Evidence {
    private final Place place;
    private final Narrator narrator;

    Evidence(Place place, Narrator narrator) {
        this.place = place;
        this.narrator = narrator;
    }

    void rotated() throws IOException {
        narrator.chapter(
                "What the demo sees for itself: everybody is on the new values",
                "Logins over TCP with what each key file holds, and with what it held before.");
        List<Shown> shown = new ArrayList<>(new Accounts(place).rotated());
        shown.add(new SecretFiles(place).rotated());
        shown.add(new ConsumerView(place).worksNow());
        narrator.prove(shown);
    }

    void asBefore() throws IOException {
        narrator.chapter(
                "What the demo sees for itself: everything is as it was",
                "Logins over TCP with what each key file held before the rotation.");
        List<Shown> shown = new ArrayList<>(new Accounts(place).asBefore());
        shown.add(new SecretFiles(place).asBefore());
        shown.add(new ConsumerView(place).worksNow());
        narrator.prove(shown);
    }

    void backup() throws IOException {
        narrator.chapter("The backup from before the rotation, opened without Keyturn");
        PlainGpg gpg = new PlainGpg(place);
        if (gpg.isInstalled()) {
            narrator.prove(List.of(gpg.opensTheBackup()));
        } else {
            narrator.say("gpg is not installed here, so this is not shown.");
        }
    }
}
