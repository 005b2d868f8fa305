package dev.keyturn.systemtests;

import dev.keyturn.spi.AccountServer;
import dev.keyturn.spi.AccountState;
import dev.keyturn.spi.Applied;
import dev.keyturn.spi.Capabilities;
import dev.keyturn.spi.Check;
import dev.keyturn.spi.Credential;
import dev.keyturn.spi.Endpoint;
import dev.keyturn.spi.Evidence;
import dev.keyturn.spi.Fence;
import dev.keyturn.spi.Field;
import dev.keyturn.spi.Finding;
import dev.keyturn.spi.Generation;
import dev.keyturn.spi.Login;
import dev.keyturn.spi.Mark;
import dev.keyturn.spi.Principal;
import dev.keyturn.spi.Progress;
import dev.keyturn.spi.Publisher;
import dev.keyturn.spi.Redeployer;
import dev.keyturn.spi.Running;
import dev.keyturn.spi.SecretValue;
import dev.keyturn.spi.ServerIdentity;
import dev.keyturn.spi.Setting;
import dev.keyturn.spi.Settings;
import dev.keyturn.spi.Snapshot;
import dev.keyturn.spi.Technology;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** The installed technologies with effects that a fault may strike. */
final class FaultyTechnologies {
    private FaultyTechnologies() {}

    static Technology around(Technology technology, Faults faults) {
        if (technology instanceof Technology.ForAccountServer servers) {
            return new OfServer(servers, faults);
        } else if (technology instanceof Technology.ForPublisher publishers) {
            return new OfPublisher(publishers, faults);
        } else if (technology instanceof Technology.ForRedeployer redeployers) {
            return new OfRedeployer(redeployers, faults);
        }
        return new OfCheck((Technology.ForCheck) technology, faults);
    }

    private record OfServer(Technology.ForAccountServer inner, Faults faults) implements Technology.ForAccountServer {
        @Override
        public String name() {
            return inner.name();
        }

        @Override
        public List<Setting> settings() {
            return inner.settings();
        }

        @Override
        public AccountServer open(Settings settings, List<Credential> administrator, String sessionName) {
            return new Server(inner.open(settings, administrator, sessionName), faults);
        }
    }

    private record Server(AccountServer inner, Faults faults) implements AccountServer {
        @Override
        public ServerIdentity identity() {
            return inner.identity();
        }

        @Override
        public List<Endpoint> endpoints() {
            return inner.endpoints();
        }

        @Override
        public Capabilities capabilities(Principal who) {
            return inner.capabilities(who);
        }

        @Override
        public Login login(Endpoint via, Credential credential) {
            return inner.login(via, credential);
        }

        @Override
        public List<Finding> preflight(List<AccountState> wanted) {
            return inner.preflight(wanted);
        }

        @Override
        public List<Applied> ensure(Fence fence, List<AccountState> wanted) {
            List<Applied> applied = inner.ensure(fence, wanted);
            faults.effect();
            return applied;
        }

        @Override
        public Mark mark() {
            return inner.mark();
        }

        @Override
        public Evidence drain(Fence fence, Principal who, Mark mark) {
            Evidence evidence = inner.drain(fence, who, mark);
            faults.effect();
            return evidence;
        }

        @Override
        public int endOlderSessions(Fence fence) {
            int ended = inner.endOlderSessions(fence);
            faults.effect();
            return ended;
        }

        @Override
        public void close() {
            inner.close();
        }
    }

    private record OfPublisher(Technology.ForPublisher inner, Faults faults) implements Technology.ForPublisher {
        @Override
        public String name() {
            return inner.name();
        }

        @Override
        public List<Setting> settings() {
            return inner.settings();
        }

        @Override
        public Publisher open(Settings settings) {
            return new Place(inner.open(settings), faults);
        }

        @Override
        public String place(Settings settings) {
            return inner.place(settings);
        }
    }

    private record Place(Publisher inner, Faults faults) implements Publisher {
        @Override
        public Snapshot read() {
            faults.reading();
            return inner.read();
        }

        @Override
        public Map<Field, SecretValue> values(Snapshot snapshot, Set<Field> fields) {
            return inner.values(snapshot, fields);
        }

        @Override
        public Snapshot render(Snapshot base, Map<Field, SecretValue> values) {
            return inner.render(base, values);
        }

        @Override
        public Snapshot without(Snapshot base, Set<Field> fields) {
            return inner.without(base, fields);
        }

        @Override
        public Snapshot write(Fence fence, Snapshot expected, Snapshot next) {
            if (faults.threatens(Moment.MIDDLE)) {
                inner.write(fence, expected, firstPartOf(expected, next));
            } else {
                inner.write(fence, expected, next);
            }
            faults.effect();
            return next;
        }

        private static Snapshot firstPartOf(Snapshot expected, Snapshot next) {
            SortedMap<String, Snapshot.Part> parts = new TreeMap<>(expected.parts());
            next.parts().entrySet().stream()
                    .filter(part -> !part.getValue().equals(expected.parts().get(part.getKey())))
                    .findFirst()
                    .ifPresent(part -> parts.put(part.getKey(), part.getValue()));
            return new Snapshot(parts);
        }

        @Override
        public List<Finding> preflight() {
            return inner.preflight();
        }
    }

    private record OfRedeployer(Technology.ForRedeployer inner, Faults faults) implements Technology.ForRedeployer {
        @Override
        public String name() {
            return inner.name();
        }

        @Override
        public List<Setting> settings() {
            return inner.settings();
        }

        @Override
        public Redeployer open(Settings settings) {
            return new Deployment(inner.open(settings), faults);
        }
    }

    private record Deployment(Redeployer inner, Faults faults) implements Redeployer {
        @Override
        public void roll(Fence fence, Generation generation, Progress progress) {
            inner.roll(fence, generation, progress);
            faults.effect();
        }

        @Override
        public List<Running> running(Generation wanted) {
            return inner.running(wanted);
        }

        @Override
        public List<Finding> preflight() {
            return inner.preflight();
        }
    }

    private record OfCheck(Technology.ForCheck inner, Faults faults) implements Technology.ForCheck {
        @Override
        public String name() {
            return inner.name();
        }

        @Override
        public List<Setting> settings() {
            return inner.settings();
        }

        @Override
        public Check open(Settings settings) {
            return new Question(inner.open(settings), faults);
        }
    }

    private record Question(Check inner, Faults faults) implements Check {
        @Override
        public Verdict run(Progress progress) {
            Verdict verdict = inner.run(progress);
            faults.effect();
            return verdict;
        }

        @Override
        public List<Finding> preflight() {
            return inner.preflight();
        }
    }
}
