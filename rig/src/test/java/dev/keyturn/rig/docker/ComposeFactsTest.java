package dev.keyturn.rig.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.keyturn.rig.DockerShare;
import dev.keyturn.rig.OnDocker;
import dev.keyturn.rig.Output;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One service with a value in an env file, one in a file secret, and one in a folder. */
@OnDocker
@Timeout(480)
class ComposeFactsTest {
    private static final String PROJECT = """
            services:
              app:
                image: %s
                network_mode: none
                command: ["sh", "-c", "trap 'exit 0' TERM; while :; do sleep 2147483647 & wait; done"]
                healthcheck: {test: ["CMD", "test", "!", "-e", "/folder/sick"], interval: 1s, retries: 1}
                env_file: app.env
                labels: {keyturn.generation: "${GENERATION:-0}"}
                secrets: [key]
                volumes: [./folder:/folder, /anonymous]
            secrets:
              key: {file: ./key.txt}
            """;

    @TempDir
    Path folder;

    private DockerShare docker;

    @BeforeEach
    void up(DockerShare share) throws IOException {
        docker = share;
        Files.createDirectory(folder.resolve("folder"));
        Files.writeString(folder.resolve("compose.yaml"), PROJECT.formatted(docker.busybox()));
        replace("app.env", "KEY=old\n");
        replace("key.txt", "old");
        replace("folder/key", "old");
        compose("up", "-d");
        exec("touch", "/anonymous/mark");
    }

    @Test
    void upDoesNotNoticeASecretFileThatWasReplacedAndForceRecreateDoes() {
        String before = id();
        replace("key.txt", "new");
        compose("up", "-d");
        assertThat(id()).isEqualTo(before);
        assertThat(exec("cat", "/run/secrets/key")).isEqualTo("old");
        compose("up", "-d", "--force-recreate", "--no-deps", "app");
        assertThat(id()).isNotEqualTo(before);
        assertThat(exec("cat", "/run/secrets/key")).isEqualTo("new");
    }

    @Test
    void upNoticesAChangedEnvFileAndRecreates() {
        String before = id();
        replace("app.env", "KEY=new\n");
        compose("up", "-d");
        assertThat(id()).isNotEqualTo(before);
        assertThat(exec("sh", "-c", "echo $KEY")).isEqualTo("new");
    }

    @Test
    void upNoticesAChangedLabelAndRecreates() {
        String before = id();
        replace("key.txt", "new");
        replace(".env", "GENERATION=1\n");
        compose("up", "-d");
        assertThat(id()).isNotEqualTo(before);
        assertThat(exec("cat", "/run/secrets/key")).isEqualTo("new");
    }

    @Test
    void restartKeepsTheOldEnvironmentAndSeesTheNewSecretFile() {
        String before = id();
        replace("app.env", "KEY=new\n");
        replace("key.txt", "new");
        compose("restart", "-t", "5");
        assertThat(id()).isEqualTo(before);
        assertThat(exec("sh", "-c", "echo $KEY")).isEqualTo("old");
        assertThat(exec("cat", "/run/secrets/key")).isEqualTo("new");
    }

    @Test
    void aMountedFileStaysTheOldOneWhenItIsReplacedByRenameAndOneInAMountedFolderDoesNot() {
        replace("key.txt", "new");
        replace("folder/key", "new");
        assertThat(exec("cat", "/run/secrets/key")).isEqualTo("old");
        assertThat(exec("cat", "/folder/key")).isEqualTo("new");
    }

    @Test
    void aMountedFileThatIsWrittenInPlaceIsSeen() throws IOException {
        Files.writeString(folder.resolve("key.txt"), "new");
        assertThat(exec("cat", "/run/secrets/key")).isEqualTo("new");
    }

    @Test
    void forceRecreateKeepsAnonymousVolumes() {
        compose("up", "-d", "--force-recreate");
        assertThat(exec("ls", "/anonymous")).isEqualTo("mark");
        compose("up", "-d", "--force-recreate", "--renew-anon-volumes");
        assertThat(exec("ls", "/anonymous")).isEmpty();
    }

    @Test
    void upWithWaitEndsWithOneWhenTheServiceIsUnhealthy() throws IOException {
        compose("up", "-d", "--wait");
        Files.writeString(folder.resolve("folder/sick"), "");
        assertThat(docker.compose(folder, "up", "-d", "--wait", "--force-recreate")
                        .status())
                .isEqualTo(1);
    }

    @Test
    void psPrintsOneObjectALineAndNoList() throws IOException {
        compose("up", "-d", "--scale", "app=3");
        List<String> lines = compose("ps", "--format", "json").text().lines().toList();
        assertThat(lines).hasSize(3);
        Set<String> names = new HashSet<>();
        for (String line : lines) {
            JsonNode container = new ObjectMapper().readTree(line);
            assertThat(container.isObject()).isTrue();
            assertThat(container.has("Health")).isTrue();
            names.add(container.get("Name").asText());
        }
        assertThat(names).hasSize(3);
    }

    private String id() {
        return compose("ps", "-q", "app").text().strip();
    }

    private String exec(String... command) {
        String[] arguments = new String[command.length + 2];
        arguments[0] = "exec";
        arguments[1] = id();
        System.arraycopy(command, 0, arguments, 2, command.length);
        return docker.docker(arguments).expectSuccess().text().strip();
    }

    private Output compose(String... arguments) {
        return docker.compose(folder, arguments).expectSuccess();
    }

    /** As careful writers do it: a file beside it, then a rename. */
    private void replace(String file, String text) {
        try {
            Path beside = Files.writeString(folder.resolve(file + ".new"), text);
            Files.move(beside, folder.resolve(file), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
