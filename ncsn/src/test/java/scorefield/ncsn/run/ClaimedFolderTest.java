package scorefield.ncsn.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import scorefield.autodiff.Device;
import scorefield.autodiff.ReferenceDevice;
import scorefield.ncsn.configuration.Settings;
import scorefield.ncsn.training.Checkpoint;

class ClaimedFolderTest {

    @TempDir
    private Path folder;

    private RunFolder taken(String name) throws IOException {
        RunFolder run = new RunFolder(folder.resolve(name));
        run.prepare(1);
        Files.writeString(run.checkpoint(), "another start's");
        return run;
    }

    /** Names for a run that were free when they were thought of, in turn. */
    private static Supplier<RunFolder> inTurn(RunFolder... folders) {
        return List.of(folders).iterator()::next;
    }

    @Test
    void aRunThatHasEndedMeanwhileIsNotOverwritten() throws IOException {
        RunFolder run = taken("run");
        assertThatThrownBy(() -> ClaimedFolder.named(run, 1))
                .isInstanceOf(RunException.class)
                .hasMessageContaining("another process has put a run into this folder")
                .hasMessageContaining("choose another folder");
        assertThat(run.checkpoint()).hasContent("another start's");
        RunLock.of(run).close(); // it was given back
    }

    @Test
    void withoutANameTheNextFreeOneIsTaken() throws IOException {
        RunFolder ended = taken("ended");
        RunFolder running = new RunFolder(folder.resolve("running"));
        running.prepare(1);
        RunFolder free = new RunFolder(folder.resolve("free"));
        try (RunLock other = RunLock.of(running);
                ClaimedFolder claimed = ClaimedFolder.unused(inTurn(ended, running, free), 1)) {
            assertThat(claimed.folder()).isEqualTo(free);
            assertThat(RunLock.tryOf(free)).isEmpty();
            assertThat(other).isNotNull();
        }
    }

    @Test
    void aRunThatWasTrainedMeanwhileIsNotSetBack() throws IOException {
        RunFolder run = new RunFolder(folder.resolve("run"));
        Checkpoint before;
        try (Device device = new ReferenceDevice()) {
            before = Training.on("moons")
                    .set("data.count", 100)
                    .set("network.width", 8)
                    .set("training.steps", 2)
                    .folder(run.path())
                    .run(device)
                    .checkpoint();
            ClaimedFolder.resumed(run, before).close();
            Training.resume(Run.open(run.path()), Settings.of("training.steps", 3))
                    .run(device);
        }
        assertThatThrownBy(() -> ClaimedFolder.resumed(run, before))
                .isInstanceOf(RunException.class)
                .hasMessageContaining("another process has trained this run to step 3");
        RunLock.of(run).close();
    }
}
