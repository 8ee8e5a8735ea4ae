package scorefield.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import scorefield.ncsn.file.Array;
import scorefield.ncsn.file.Npy;

/** What a person may name as an output, of every command: nothing is destroyed, and the ending says what is written. */
class OutputNamesTest {

    @TempDir
    private Path folder;

    @TempDir
    private static Path shared;

    private static Path run;

    private static Path moons;

    @BeforeAll
    static void train() {
        run = shared.resolve("run");
        Cli.trainDigits(run);
        moons = shared.resolve("moons");
        Cli.trainMoons(moons);
    }

    private static Cli.Outcome run(String command, String... more) {
        String[] all = new String[more.length + 3];
        all[0] = command;
        all[1] = "--device=reference";
        all[2] = "--run=" + run;
        System.arraycopy(more, 0, all, 3, more.length);
        return Cli.run(all);
    }

    private static void refused(Cli.Outcome outcome, String message) {
        assertThat(outcome.err()).contains(message);
        assertThat(outcome.err().lines()).hasSize(1);
        assertThat(outcome.code()).isEqualTo(2);
    }

    @Test
    void anUnknownEndingIsRefused() {
        for (String name : List.of("x.bmp", "x.jpg", "x.PNG.bak", "x.mp4", "x")) {
            Path file = folder.resolve("results").resolve(name);
            if (name.contains(".")) { // without an ending it is a folder of pictures
                refused(run("sample", "--out=" + file), file + ": ");
            }
            refused(run("sample", "--frames=" + file), "the name must end with .gif");
            refused(run("sample", "--compare", "--out=" + file), "the name must end with .png");
            refused(run("inpaint", "--image=digits", "--mask=top", "--out=" + file), "must end with .png");
            refused(run("denoise", "--image=digits", "--sigma=0.1", "--out=" + file), "must end with .png");
            refused(run("interpolate", "--from=#1", "--to=#2", "--out=" + file), "must end with .png");
            refused(run("likelihood", "--out=" + file), "must end with .json");
            refused(Cli.run("schedule", "--device=reference", "--out=" + file), "must end with .png");
            refused(Cli.run("schedule", "--device=reference", "--json=" + file), "must end with .json");
            refused(Cli.run("schedule", "--device=reference", "--yaml=" + file), "must end with .yaml");
            refused(Cli.run("profile", "--picture=" + file), "must end with .png");
            refused(Cli.run("ladder", "matmul", "--out=" + file), "must end with one of .png, .md");
            refused(Cli.run("profile", "--trace=" + file), "must end with .json");
            assertThat(file).doesNotExist();
        }
        refused(
                run("sample", "--out=x.jpg"),
                "x.jpg: '.jpg' is no format that can be written here; the name must end with one of .png, .npy, .npz,"
                        + " .safetensors, .zip");
        refused(run("sample", "--frames=x"), "x: has no ending that can be written here; the name must end with .gif");
    }

    @Test
    void theEndingMayBeInUpperCase() {
        Path file = folder.resolve("x.PNG");
        assertThat(run("sample", "--out=" + file).code()).isZero();
        assertThat(file).isRegularFile();
    }

    @Test
    void aDeviceIsWrittenToWhateverItIsCalled() {
        Cli.Outcome outcome = run("sample", "--out=/dev/null", "--frames=/dev/null");
        assertThat(outcome.code()).as(outcome.err()).isZero();
        assertThat(Path.of("/dev/null")).exists();
        assertThat(Files.isRegularFile(Path.of("/dev/null"))).isFalse();
        refused(run("sample", "--out=/dev/full.xyz"), "/dev/full.xyz: '.xyz' is no format");
        assertThat(run("sample", "--out=/dev/full").err()).contains("cannot write /dev/full: No space left on device");
        // Beside a picture lie its numbers; beside a device there is no place for them.
        outcome = Cli.run(
                "sample",
                "--device=reference",
                "--run=" + moons,
                "--compare",
                "--evaluations=25",
                "--count=20",
                "--out=/dev/null");
        assertThat(outcome.code()).as(outcome.err()).isZero();
        assertThat(moons.resolve("compare.json")).isRegularFile();
        assertThat(Path.of("/dev/null.json")).doesNotExist();
    }

    @Test
    void anInputIsNotOverwritten() throws IOException {
        Path picture = folder.resolve("picture.png");
        assertThat(Cli.run("sample", "--device=reference", "--run=" + run, "--count=1", "--out=" + picture)
                        .code())
                .isZero();
        byte[] before = Files.readAllBytes(picture);
        Path link = Files.createSymbolicLink(folder.resolve("link.png"), picture);
        Path again = Files.createLink(folder.resolve("again.png"), picture);
        Path other = folder.resolve("x/../picture.png");
        Files.createDirectory(folder.resolve("x"));
        for (Path out : List.of(picture, link, again, other)) {
            refused(
                    run("inpaint", "--image=digits", "--mask=" + picture, "--out=" + out),
                    "would be overwritten; name another output");
        }
        Path array = folder.resolve("x.npy");
        Npy.write(array, Array.of(new float[64], 1, 8, 8, 1));
        refused(run("score", "--input=" + array, "--sigma=1", "--out=" + array), "is read as an input");
        Path settings = Files.writeString(folder.resolve("own.yaml"), "# mine\ntraining:\n  batch: 3\n");
        refused(
                Cli.run(
                        "schedule",
                        "--device=reference",
                        "--set=data.count=20",
                        "--config=" + settings,
                        "--yaml=" + settings),
                "is read as an input");
        assertThat(settings).content().startsWith("# mine");
        refused(
                Cli.run("schedule", "--device=reference", "--data=points:" + picture, "--out=" + link),
                "is read as an input");
        refused(Cli.train("--device=reference", "--data=" + folder, "--out=" + folder), "is read as an input");
        assertThat(picture).hasBinaryContent(before);
    }

    @Test
    void twoOutputsAreNotOneFile() {
        Path file = folder.resolve("x.png");
        refused(
                Cli.run("sample", "--device=reference", "--run=" + moons, "--out=" + file, "--paths=" + file),
                "x.png: is named for two outputs, of which one would be lost; name two files");
        assertThat(file).doesNotExist();
    }

    @Test
    void aFolderThatHoldsSomebodysFilesIsNotARuns() throws IOException {
        for (String name : List.of("config.yaml", "metrics.jsonl", "run.json", "report.html", "samples.png")) {
            Path own = Files.createDirectory(folder.resolve("own-" + name));
            Path file = Files.writeString(own.resolve(name), "# mine\ntraining:\n  batch: 3\n");
            refused(
                    Cli.train("--device=reference", "--steps=1", "--out=" + own),
                    own + ": holds no run, but " + name + ", a name that a run's file has; nothing was overwritten");
            assertThat(own.toFile().list()).containsExactly(name);
            assertThat(file).content().startsWith("# mine");
        }
        Path own = folder.resolve("own-config.yaml");
        refused(
                Cli.train("--device=reference", "--config=" + own.resolve("config.yaml"), "--out=" + own),
                "holds no run, but config.yaml");
        Path previews = Files.createDirectories(folder.resolve("own/previews"));
        Files.writeString(previews.resolve("step-0000010.png"), "mine");
        refused(
                Cli.train("--device=reference", "--steps=1", "--out=" + previews.getParent()),
                "previews/step-0000010.png");
        // What a run does not write is in nobody's way.
        Path others = Files.createDirectory(folder.resolve("others"));
        Files.writeString(others.resolve("notes.txt"), "mine");
        assertThat(Cli.train("--device=reference", "--steps=1", "--out=" + others)
                        .code())
                .isZero();
        assertThat(Arrays.asList(others.toFile().list())).contains("notes.txt", "checkpoint.safetensors");
    }
}
