package scorefield.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** JOCL's native library comes from the program's own folder; what lies in the folder for temporary files is left alone. */
class NativeLibraryTest {

    private static final Path OWN = Path.of(System.getProperty("java.library.path"));

    @TempDir
    private Path folder;

    private Path temporary;
    private Path planted;

    @BeforeEach
    void plant() throws IOException {
        temporary = Files.createDirectory(folder.resolve("tmp"));
        planted = Files.createFile(temporary.resolve(library(OWN).getFileName().toString()));
    }

    /** This system's among those of all systems. */
    private static Path library(Path folder) throws IOException {
        String architecture = System.getProperty("os.arch").equals("aarch64") ? "arm64" : "x86_64";
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().endsWith("-linux-" + architecture + ".so"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private String devices(Path libraries) throws IOException, InterruptedException {
        String printed = run(libraries, temporary);
        try (Stream<Path> files = Files.list(temporary)) {
            List<Path> libraryFiles =
                    files.filter(file -> file.toString().endsWith(".so")).toList();
            assertThat(libraryFiles).containsExactly(planted);
        }
        assertThat(planted).isEmptyFile();
        return printed;
    }

    private String run(Path libraries, Path temporary) throws IOException, InterruptedException {
        Path log = folder.resolve("log");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Djava.library.path=" + libraries,
                        "-Djava.io.tmpdir=" + temporary,
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "devices")
                .directory(folder.toFile())
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
        String printed = Files.readString(log);
        assertThat(process.exitValue()).as(printed).isZero();
        return printed;
    }

    @Test
    void anEmptyFileOfItsNameDoesNotHideTheDevices() throws Exception {
        assertThat(devices(OWN)).contains("* 0:0 ");
    }

    /** As in a program that somebody else builds: JOCL unpacks it, but not under the name that anybody can guess. */
    @Test
    void ifItIsInNoFolderOfThePathItIsUnpackedToANewOneAndTheFileOfItsNameIsNotLoaded() throws Exception {
        Path empty = Files.createDirectory(folder.resolve("empty"));
        assertThat(devices(empty)).contains("* 0:0 ");
    }

    @Test
    void ifItCannotBeUnpackedThatIsSaid() throws Exception {
        Path empty = Files.createDirectory(folder.resolve("empty"));
        Path none = folder.resolve("none");
        assertThat(run(empty, none))
                .contains(planted.getFileName() + " could not be unpacked: ")
                .contains("-Djava.library.path=DIR")
                .doesNotContain("apt install");
    }

    /**
     * Others would unpack theirs in their own ways, as JLine does where standard error is no terminal. JNA's lies unpacked beside the program,
     * and only ranks load it; ONNX Runtime is an optional part.
     */
    @Test
    void noOtherJarBringsNativeCode() throws IOException {
        List<String> bringing = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            if (entry.endsWith(".jar")) {
                try (JarFile jar = new JarFile(entry)) {
                    if (jar.stream().anyMatch(file -> file.getName().endsWith(".so"))) {
                        bringing.add(Path.of(entry).getFileName().toString());
                    }
                }
            }
        }
        assertThat(bringing)
                .map(name -> name.replaceFirst("-[0-9.]+jar$", ""))
                .containsExactlyInAnyOrder("jocl", "jna", "onnxruntime");
    }

    @Test
    void whereItIsDamagedTheReasonIsSaidAndTheFileOfItsNameIsNotLoaded() throws Exception {
        Path damaged = Files.createDirectory(folder.resolve("damaged"));
        Files.writeString(damaged.resolve(planted.getFileName()), "no library");
        assertThat(devices(damaged))
                .contains(damaged.resolve(planted.getFileName()) + " could not be loaded: ")
                .contains("file too short")
                .doesNotContain("apt install");
    }
}
