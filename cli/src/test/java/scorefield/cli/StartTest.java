package scorefield.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import scorefield.autodiff.Device;
import scorefield.autodiff.Executable;
import scorefield.autodiff.Program;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;
import scorefield.cli.option.DeviceChoice;
import scorefield.cli.output.UserCache;

/** {@code bin/start.sh} starts Java in environments as containers have them. */
class StartTest {

    private static final Path START = Path.of("").toAbsolutePath().resolveSibling("bin/start.sh");

    @TempDir
    private Path folder;

    private Path work;
    private Path temporary;
    private String printed = "";

    /** What the shell is told before it starts Java. */
    private String limit = "";

    @BeforeEach
    void makeFolders() throws IOException {
        work = Files.createDirectory(folder.resolve("work"));
        temporary = Files.createDirectory(folder.resolve("tmp"));
    }

    /** Runs a command with this environment and no other, as bin/scorefield does. */
    private int run(Map<String, String> environment, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", limit + """

                java_home=$1 app=$2 classes=$3
                . "$4"
                shift 4
                start_java -cp "$classes" "$@"
                """, "start"));
        command.add(System.getProperty("java.home"));
        command.add(Path.of(System.getProperty("java.library.path")).getParent().toString());
        command.add(System.getProperty("java.class.path"));
        command.add(START.toString());
        command.addAll(List.of(arguments));
        Path log = folder.resolve("log");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(work.toFile())
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().clear();
        builder.environment().put("PATH", "/usr/bin:/bin");
        builder.environment().put("TMPDIR", temporary.toString());
        builder.environment().putAll(environment);
        Process process = builder.start();
        assertThat(process.waitFor(10, TimeUnit.MINUTES)).isTrue();
        printed = Files.readString(log);
        return process.exitValue();
    }

    /** A program that compiles one kernel, and prints where it ran and where the user's cache is. */
    static final class OneKernel {
        public static void main(String[] arguments) {
            Tensor x = Tensor.input("x", Shape.of(3));
            try (Device device = new DeviceChoice().open(new PrintWriter(System.out, true, StandardCharsets.UTF_8));
                    Executable sum = device.compile(Program.fetching(x.plus(x)))) {
                System.out.println(sum.run(Map.of(x, Values.of(x.shape(), 1f, 2f, 3f))));
            }
            System.out.println("cache " + UserCache.folder());
        }
    }

    private int compile(Map<String, String> environment) throws IOException, InterruptedException {
        return run(environment, OneKernel.class.getName());
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    /** On OpenCL, with PoCL's kernels in a folder that only the user can write, and nothing left elsewhere. */
    private void assertOwnCache() throws IOException {
        assertThat(printed).doesNotContain("plain Java").contains("[2.0, 4.0, 6.0]");
        try (Stream<Path> made = Files.list(temporary)) {
            Path cache = made.filter(Files::isDirectory)
                    .filter(path -> path.getFileName().toString().startsWith("scorefield-"))
                    .findFirst()
                    .orElseThrow();
            assertThat(Files.getPosixFilePermissions(cache))
                    .map(Enum::name)
                    .allMatch(name -> name.startsWith("OWNER_"));
            assertThat(files(cache.resolve("pocl"))).isNotEmpty();
            assertThat(printed).contains("cache " + cache.resolve("scorefield"));
        }
        assertThat(work.resolve("?")).doesNotExist();
    }

    @Test
    void withoutAHome() throws Exception {
        assertThat(compile(Map.of())).as(printed).isZero();
        assertOwnCache();
    }

    @Test
    void withAHomeThatIsNotThere() throws Exception {
        assertThat(compile(Map.of("HOME", "/proc/nonexistent"))).as(printed).isZero();
        assertOwnCache();
    }

    @Test
    void withACacheThatCannotBeWritten() throws Exception {
        Path notAFolder = Files.createFile(folder.resolve("file"));
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("HOME", notAFolder.toString());
        environment.put("XDG_CACHE_HOME", notAFolder.toString());
        environment.put("POCL_CACHE_DIR", notAFolder.toString());
        assertThat(compile(environment)).as(printed).isZero();
        assertThat(printed).contains("ignoring POCL_CACHE_DIR=" + notAFolder);
        assertOwnCache();
    }

    @Test
    void theUsualCacheIsTheHomes() throws Exception {
        Path home = Files.createDirectory(folder.resolve("home"));
        assertThat(compile(Map.of("HOME", home.toString()))).as(printed).isZero();
        assertThat(files(home.resolve(".cache/pocl"))).isNotEmpty();
        assertThat(files(temporary)).noneMatch(file -> file.toString().contains("scorefield-"));
    }

    /** Somebody else could have put a link where the user's folder would be. */
    @Test
    void aLinkInTheFolderForTemporaryFilesIsNotFollowed() throws Exception {
        Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        Process id = new ProcessBuilder("id", "-u").start();
        String user = new String(id.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
        Files.createSymbolicLink(temporary.resolve("scorefield-" + user), elsewhere);
        assertThat(run(Map.of(), Main.class.getName(), "devices")).as(printed).isZero();
        assertThat(elsewhere).isEmptyDirectory();
    }

    @Test
    void inALocaleOfBytesFileNamesAreStillUtf8() throws Exception {
        Path data = Files.createDirectory(work.resolve("fotos-é"));
        for (int k = 0; k < 4; k++) {
            BufferedImage picture = new BufferedImage(8, 8, BufferedImage.TYPE_BYTE_GRAY);
            picture.getRaster().setSample(k, k, 0, 255);
            ImageIO.write(picture, "png", data.resolve("ü" + k + ".png").toFile());
        }
        assertThat(trainOnPhotos("läufe/1")).as(printed).isZero();
        assertThat(printed).contains("läufe/1/samples.png");
        assertThat(work.resolve("läufe/1/samples.png")).isNotEmptyFile();

        // A name in Latin-1, which is none in UTF-8.
        Process copy = new ProcessBuilder("/bin/sh", "-c", "cp *0.png \"$(printf '\\351.png')\"")
                .directory(data.toFile())
                .start();
        assertThat(copy.waitFor()).isZero();
        assertThat(trainOnPhotos("läufe/2")).isEqualTo(2);
        assertThat(printed)
                .isEqualTo("scorefield: fotos-é/\uFFFD.png: cannot be read: its name is not UTF-8; rename it;"
                        + " data.skip-damaged=true leaves it out\n");
    }

    private int trainOnPhotos(String out) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(Main.class.getName()));
        command.addAll(List.of(Cli.trainArguments(
                "--steps=2", "--data=fotos-é", "--set=data.count=4", "--out=" + out, "--device=reference")));
        return run(Map.of("LC_ALL", "C"), command.toArray(String[]::new));
    }

    @Test
    void aLimitOnVirtualMemoryIsNamed() throws Exception {
        limit = "ulimit -v 2000000;";
        assertThat(run(Map.of(), Main.class.getName(), "devices")).isEqualTo(1);
        assertThat(printed.lines())
                .singleElement()
                .asString()
                .contains("2000000 KiB (ulimit -v)", "ulimit -v unlimited");
    }

    @Test
    void withALimitOnVirtualMemoryThatIsEnoughItWorks() throws Exception {
        limit = "ulimit -v 4194304;";
        assertThat(compile(Map.of())).as(printed).isZero();
        assertOwnCache();
    }
}
