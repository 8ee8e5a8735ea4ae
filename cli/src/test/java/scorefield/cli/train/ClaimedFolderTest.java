package scorefield.cli.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import scorefield.cli.Cli;
import scorefield.cli.console.UserException;
import scorefield.cli.run.RunFolder;
import scorefield.cli.run.RunLock;
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
                .isInstanceOf(UserException.class)
                .hasMessageContaining("another process has put a run into this folder")
                .hasMessageContaining("--out");
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
        Path path = folder.resolve("run");
        Cli.trainDigits(path);
        RunFolder run = new RunFolder(path);
        Checkpoint before = run.read();
        ClaimedFolder.resumed(run, before).close();
        assertThat(Cli.run("train", "--resume", "--steps=3", "--device=reference", "--out=" + path)
                        .code())
                .isZero();
        assertThatThrownBy(() -> ClaimedFolder.resumed(run, before))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("another process has trained this run to step 3");
        RunLock.of(run).close();
    }
}
