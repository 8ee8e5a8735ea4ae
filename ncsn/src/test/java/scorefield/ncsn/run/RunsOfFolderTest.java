package scorefield.ncsn.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which runs a folder has. */
class RunsOfFolderTest {

    @TempDir
    private Path parent;

    private RunFolder run(String name, long millis) throws IOException {
        RunFolder run = new RunFolder(Files.createDirectory(parent.resolve(name)));
        Files.createFile(run.checkpoint());
        Files.setLastModifiedTime(run.checkpoint(), FileTime.fromMillis(millis));
        return run;
    }

    @Test
    void theNewestIsFirst() throws IOException {
        RunFolder old = run("old", 1_000_000);
        RunFolder newest = run("newest", 3_000_000);
        RunFolder between = run("between", 2_000_000);
        Files.createDirectory(parent.resolve("no run"));
        assertThat(RunFolder.all(parent)).containsExactly(newest, between, old);
    }

    @Test
    void aFolderThatIsNotThereHasNone() throws IOException {
        assertThat(RunFolder.all(parent.resolve("nowhere"))).isEmpty();
    }
}
