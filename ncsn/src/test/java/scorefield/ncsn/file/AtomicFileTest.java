package scorefield.ncsn.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {

    @TempDir
    Path folder;

    @Test
    void createsAndReplaces() throws IOException {
        Path target = folder.resolve("x");
        AtomicFile.write(target, new byte[] {1, 2, 3});
        assertThat(target).hasBinaryContent(new byte[] {1, 2, 3});
        AtomicFile.write(target, new byte[] {4});
        assertThat(target).hasBinaryContent(new byte[] {4});
        assertThat(folder.toFile().list()).containsExactly("x");
    }

    @Test
    void aFailureLeavesEverythingAsItWas() throws IOException {
        Path target = Files.write(folder.resolve("x"), new byte[] {7});
        assertThatThrownBy(() -> AtomicFile.write(target, file -> {
                    file.write(ByteBuffer.wrap(new byte[1000]));
                    throw new IOException("No space left on device");
                }))
                .isInstanceOf(IOException.class)
                .hasMessage("cannot write " + target + ": No space left on device");
        assertThat(target).hasBinaryContent(new byte[] {7});
        assertThat(folder.toFile().list()).containsExactly("x");
    }

    @Test
    void anUncheckedFailureLeavesNothingBehindEither() throws IOException {
        assertThatThrownBy(() -> AtomicFile.write(folder.resolve("x"), file -> {
                    throw new IllegalStateException("out of order");
                }))
                .isInstanceOf(IllegalStateException.class);
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void theTargetIsUntouchedUntilAllIsWritten() throws IOException {
        Path target = Files.write(folder.resolve("x"), new byte[] {7});
        AtomicFile.write(target, file -> {
            file.write(ByteBuffer.wrap(new byte[] {1, 2}));
            assertThat(target).hasBinaryContent(new byte[] {7});
        });
        assertThat(target).hasBinaryContent(new byte[] {1, 2});
    }

    @Test
    void whatAKilledProcessLeftIsRemoved() throws IOException {
        // Beyond the largest process number that Linux gives.
        Path left = Files.write(folder.resolve(".x.999999999-1.tmp"), new byte[100]);
        Path running = Files.write(folder.resolve(".x.1-1.tmp"), new byte[1]);
        Path others = Files.write(folder.resolve(".y.999999999-1.tmp"), new byte[1]);
        AtomicFile.write(folder.resolve("x"), new byte[1]);
        assertThat(left).doesNotExist();
        assertThat(running).exists();
        assertThat(others).exists();
    }

    /** In a container, the killed process and the next one have the same number. */
    @Test
    void whatAKilledProcessOfTheSameNumberLeftIsRemoved() throws IOException {
        for (int n = 1; n < 50; n++) {
            String name = ".x." + ProcessHandle.current().pid() + "-" + n + ".tmp";
            Files.write(folder.resolve(name), new byte[1]);
        }
        AtomicFile.write(folder.resolve("x"), new byte[1]);
        assertThat(folder).isDirectoryContaining("glob:**/x").isDirectoryNotContaining("glob:**.tmp");
    }

    @Test
    void whatIsBeingWrittenIsNotRemoved() throws IOException {
        Path target = folder.resolve("x");
        AtomicFile.write(target, outer -> {
            outer.write(ByteBuffer.wrap(new byte[] {1}));
            AtomicFile.write(target, new byte[] {2});
            assertThat(target).hasBinaryContent(new byte[] {2});
        });
        assertThat(target).hasBinaryContent(new byte[] {1});
    }

    @Test
    void saysWhyItCannotWrite() {
        Path missing = folder.resolve("nowhere/x");
        assertThatThrownBy(() -> AtomicFile.write(missing, new byte[1]))
                .isInstanceOf(IOException.class)
                .hasMessage("cannot write " + missing + ": the folder " + missing.getParent() + " does not exist");
        assertThatThrownBy(() -> AtomicFile.write(folder, new byte[1]))
                .hasMessage("cannot write " + folder + ": it is a folder");
    }

    @Test
    void reasonsAreForPeople() {
        assertThat(IoReason.of(new AccessDeniedException("/x"))).isEqualTo("permission denied");
        assertThat(IoReason.of(new NoSuchFileException("/x"))).isEqualTo("there is no such file or folder");
        assertThat(IoReason.of(new NoSuchFileException("/\uFFFD"))).isEqualTo("its name is not UTF-8; rename it");
        assertThat(IoReason.of(new FileSystemException("/x", null, "Read-only file system")))
                .isEqualTo("Read-only file system");
        assertThat(IoReason.of(new IOException("No space left on device"))).isEqualTo("No space left on device");
        assertThat(IoReason.of(new IOException())).isEqualTo("IOException");
    }
}
