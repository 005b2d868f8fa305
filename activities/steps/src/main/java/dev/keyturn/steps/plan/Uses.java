package dev.keyturn.steps.plan;

import dev.keyturn.steps.manifest.Kind;
import dev.keyturn.steps.manifest.Manifest;
import dev.keyturn.steps.manifest.Publication;
import dev.keyturn.steps.manifest.Reference;
import dev.keyturn.steps.manifest.Secret;
import dev.keyturn.steps.manifest.Service;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Who depends on whom in a manifest. */
public final class Uses {
    private final Manifest manifest;

    public Uses(Manifest manifest) {
        this.manifest = manifest;
    }

    /** The secrets given and all that are derived from them, in the manifest's order. */
    public List<Secret> withDerived(Collection<String> names) {
        return manifest.secrets().values().stream()
                .filter(secret -> parts(secret.name()).stream().anyMatch(names::contains))
                .toList();
    }

    /** The secret itself and, if it is derived, all that it is made of, however deep. */
    public Set<String> parts(String name) {
        Set<String> found = new LinkedHashSet<>();
        collect(name, found);
        return found;
    }

    /** Whether a change of the secret reaches the service. */
    public boolean reaches(Service service, String secret) {
        return service.uses().stream().anyMatch(used -> parts(used).contains(secret));
    }

    /** Every secret that the service holds in some form. */
    public Set<String> heldBy(Service service) {
        Set<String> held = new LinkedHashSet<>();
        service.uses().forEach(used -> held.addAll(parts(used)));
        return held;
    }

    /** Whether the publication holds a field of the secret itself. */
    public boolean publishes(Publication publication, String secret) {
        return publication.fields().values().stream().map(Reference::secret).anyMatch(secret::equals);
    }

    private void collect(String name, Set<String> found) {
        if (found.add(name) && manifest.secrets().get(name).kind() instanceof Kind.Derived derived) {
            derived.template().references().forEach(reference -> collect(reference.secret(), found));
        }
    }
}
