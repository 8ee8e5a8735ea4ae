package scorefield.ncsn.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
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
    void aLinkStaysAndItsTargetIsWritten() throws IOException {
        Path target = Files.write(folder.resolve("target"), new byte[] {1});
        Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("target"));
        Path second = Files.createSymbolicLink(folder.resolve("second"), link);
        AtomicFile.write(second, new byte[] {2});
        assertThat(target).hasBinaryContent(new byte[] {2});
        assertThat(Files.readSymbolicLink(link)).isEqualTo(Path.of("target"));
        assertThat(second).isSymbolicLink();
        // As with the shell's >, a link to a file that is not there yet creates it.
        Files.delete(target);
        AtomicFile.write(link, new byte[] {3});
        assertThat(target).hasBinaryContent(new byte[] {3});
        assertThat(link).isSymbolicLink();
    }

    @Test
    void linksThatFormALoopAreRefused() throws IOException {
        Path one = folder.resolve("one");
        Files.createSymbolicLink(one, folder.resolve("two"));
        Files.createSymbolicLink(folder.resolve("two"), one);
        assertThatThrownBy(() -> AtomicFile.write(one, new byte[1]))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("cannot write " + one + ": Too many levels of symbolic links");
    }

    @Test
    void aPipeIsWrittenToAndStays() throws Exception {
        Path pipe = pipe("pipe");
        Path link = Files.createSymbolicLink(folder.resolve("link"), pipe);
        for (Path name : List.of(pipe, link)) {
            CompletableFuture<byte[]> read = CompletableFuture.supplyAsync(() -> {
                try (InputStream in = Files.newInputStream(pipe)) {
                    return in.readAllBytes();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            AtomicFile.requireWritable(name);
            AtomicFile.write(name, file -> {
                file.write(ByteBuffer.wrap(new byte[] {9, 9, 9}));
                file.write(ByteBuffer.wrap(new byte[] {5}), 0); // content may seek back, though a pipe cannot
            });
            assertThat(read.get(10, TimeUnit.SECONDS)).containsExactly(5, 9, 9);
            assertThat(FileKind.of(pipe)).isEqualTo(FileKind.PIPE);
        }
        assertThat(folder.toFile().list()).containsExactlyInAnyOrder("pipe", "link");
    }

    @Test
    void aDeviceIsWrittenToAndStays() throws IOException {
        Path device = Path.of("/dev/null");
        assertThat(AtomicFile.isStream(device)).isTrue();
        Path link = Files.createSymbolicLink(folder.resolve("link"), device);
        assertThat(AtomicFile.isStream(link)).isTrue();
        AtomicFile.requireWritable(link);
        AtomicFile.write(link, new byte[100]);
        assertThat(FileKind.of(device)).isEqualTo(FileKind.DEVICE);
        assertThatThrownBy(() -> AtomicFile.write(Path.of("/dev/full"), new byte[1]))
                .isInstanceOf(IOException.class)
                .hasMessage("cannot write /dev/full: No space left on device");
        assertThat(FileKind.of(Path.of("/dev/full"))).isEqualTo(FileKind.DEVICE);
    }

    @Test
    void anOpenFileIsNotReplaced() throws IOException {
        // What /dev/stdout is where output goes to a file.
        Path file = Files.writeString(folder.resolve("file"), "printed ");
        try (FileChannel open = FileChannel.open(file, StandardOpenOption.APPEND)) {
            Path name = descriptorOf(file);
            assertThat(AtomicFile.isStream(name)).isTrue();
            AtomicFile.write(name, "written".getBytes(StandardCharsets.US_ASCII));
            open.write(ByteBuffer.wrap(" printed".getBytes(StandardCharsets.US_ASCII)));
        }
        assertThat(file).hasContent("printed written printed");
        assertThat(AtomicFile.isStandardOutput(Path.of("/dev/stdout"))).isTrue();
        assertThat(AtomicFile.isStream(Path.of("/dev/stdout"))).isTrue();
        assertThat(AtomicFile.isStandardOutput(Path.of("/dev/stderr"))).isFalse();
    }

    /** The name in /proc of a file that this process has open. */
    private static Path descriptorOf(Path file) throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.filter(name -> {
                        try {
                            return Files.readSymbolicLink(name).equals(file);
                        } catch (IOException closed) {
                            return false; // the one that lists the folder
                        }
                    })
                    .findFirst()
                    .orElseThrow();
        }
    }

    @Test
    void aSocketIsRefused() throws IOException {
        Path name = folder.resolve("socket");
        try (ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            socket.bind(UnixDomainSocketAddress.of(name));
            assertThatThrownBy(() -> AtomicFile.write(name, new byte[1]))
                    .hasMessage("cannot write " + name + ": it is a socket");
            assertThat(FileKind.of(name)).isEqualTo(FileKind.SOCKET);
        }
    }

    @Test
    void permissionsAreKept() throws IOException {
        Path target = Files.write(folder.resolve("x"), new byte[1]);
        Set<PosixFilePermission> own = PosixFilePermissions.fromString("rw-------");
        Files.setPosixFilePermissions(target, own);
        AtomicFile.write(target, new byte[2]);
        assertThat(Files.getPosixFilePermissions(target)).isEqualTo(own);
        assertThat(target).hasSize(2);
    }

    @Test
    void whatCannotBeWrittenIsSaidBefore() throws IOException {
        Path deep = folder.resolve("a/b/x");
        AtomicFile.requireWritable(deep);
        assertThat(folder.resolve("a/b")).isEmptyDirectory();
        assertThat(deep).doesNotExist();
        assertThatThrownBy(() -> AtomicFile.requireWritable(folder)).hasMessage("it is a folder");
        Path file = Files.write(folder.resolve("file"), new byte[1]);
        assertThatThrownBy(() -> AtomicFile.requireWritable(file.resolve("x"))).isInstanceOf(FileSystemException.class);
        assertThat(file).hasBinaryContent(new byte[1]);
    }

    private Path pipe(String name) throws IOException, InterruptedException {
        Path pipe = folder.resolve(name);
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        return pipe;
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
