package scorefield.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import scorefield.ncsn.file.Safetensors;

/** The program as a process: killed, stopped, and with a disk that is full. */
class ProcessTest {

    @TempDir
    private Path folder;

    private Process start(List<String> prefix, String... arguments) throws IOException {
        return Cli.start(folder, folder.resolve("log"), prefix, arguments);
    }

    private int run(List<String> prefix, String... arguments) throws IOException, InterruptedException {
        Process process = start(prefix, arguments);
        if (!process.waitFor(10, TimeUnit.MINUTES)) {
            process.destroyForcibly();
            throw new AssertionError("the program did not end; it printed:\n" + log());
        }
        return process.exitValue();
    }

    private String log() throws IOException {
        return Files.readString(folder.resolve("log"));
    }

    /** Standard output and standard error in files of their own. */
    private int redirected(String out, String... arguments) throws IOException, InterruptedException {
        List<String> prefix = List.of("sh", "-c", "exec \"$@\" >" + out + " 2>err", "sh");
        return run(prefix, arguments);
    }

    @Test
    void outputThatCannotBeWrittenIsAFailure() throws Exception {
        assertThat(redirected("/dev/full", "inspect", "--keys")).isEqualTo(1);
        assertThat(folder.resolve("err"))
                .hasContent("scorefield: standard output cannot be written: No space left on device");
        // Who reads only the beginning has not failed.
        assertThat(run(
                        List.of("bash", "-c", "\"$@\" | head -1 >/dev/null; exit ${PIPESTATUS[0]}", "bash"),
                        "inspect",
                        "--keys"))
                .isZero();
    }

    @Test
    void standardOutputHoldsThePictureAlone() throws Exception {
        assertThat(run(List.of(), Cli.trainArguments("--steps=1", "--device=reference", "--out=run")))
                .as(log())
                .isZero();
        String[] sample = {"sample", "--device=reference", "--run=run", "--seed=3", "--out"};
        String[] toFile = Stream.concat(Stream.of(sample), Stream.of("x.png")).toArray(String[]::new);
        String[] toOutput =
                Stream.concat(Stream.of(sample), Stream.of("/dev/stdout")).toArray(String[]::new);
        assertThat(redirected("printed", toFile)).isZero();
        assertThat(redirected("piped.png", toOutput)).isZero();
        assertThat(Files.readAllBytes(folder.resolve("piped.png")))
                .isEqualTo(Files.readAllBytes(folder.resolve("x.png")));
        assertThat(Files.readString(folder.resolve("err"))).contains("images  /dev/stdout");
        assertThat(run(List.of("bash", "-c", "\"$@\" 2>/dev/null | cat >through.png", "bash"), toOutput))
                .isZero();
        assertThat(Files.readAllBytes(folder.resolve("through.png")))
                .isEqualTo(Files.readAllBytes(folder.resolve("x.png")));
    }

    private Path checkpoint(String run) {
        return folder.resolve(run).resolve("checkpoint.safetensors");
    }

    private long step(String run) throws IOException {
        return Safetensors.readChecksummed(checkpoint(run))
                .array("training.step")
                .longs()[0];
    }

    /** Waits until the run's checkpoint has gone beyond a step, or the process has ended. */
    private void awaitBeyond(String run, long step, Process process) throws IOException, InterruptedException {
        while (process.isAlive() && (!Files.exists(checkpoint(run)) || step(run) <= step)) {
            Thread.sleep(5);
        }
    }

    @Test
    void killedTenTimesAtRandomMomentsTheRunEndsAsIfNothingHadHappened() throws Exception {
        String[] whole = Cli.trainArguments("--steps=300", "--set=output.checkpoint-every=3", "--out=whole");
        assertThat(run(List.of(), whole)).as(log()).isZero();

        String[] killed = Cli.trainArguments("--steps=300", "--set=output.checkpoint-every=3", "--out=killed");
        String[] resumed = {"train", "--resume", "--out=killed"};
        Random random = new Random(1);
        for (int kill = 0; kill < 10; kill++) {
            boolean begun = Files.exists(checkpoint("killed"));
            long before = begun ? step("killed") : -1;
            Process process = start(List.of(), begun ? resumed : killed);
            if (kill % 3 == 2) {
                // Anywhere, so mostly while it starts.
                Thread.sleep(random.nextInt(600));
            } else {
                awaitBeyond("killed", before + 3, process);
                Thread.sleep(random.nextInt(15));
            }
            process.destroyForcibly().waitFor();
        }
        assertThat(step("killed")).as("a run that was over was not killed").isLessThan(300);
        assertThat(run(List.of(), resumed)).as(log()).isZero();
        assertThat(Safetensors.read(checkpoint("killed")).arrays())
                .isEqualTo(Safetensors.read(checkpoint("whole")).arrays());
    }

    @Test
    void aPoliteEndSavesTheRun() throws Exception {
        Process process = start(List.of(), Cli.trainArguments("--steps=1000000", "--out=run", "--device=reference"));
        // Beyond the first checkpoint, which is before the first step, the first loss tells that steps are taken.
        while (process.isAlive() && !log().contains("/1000000 steps  loss ")) {
            Thread.sleep(10);
        }
        process.destroy();
        assertThat(process.waitFor(10, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).isEqualTo(128 + 15);
        assertThat(step("run")).isPositive();
        assertThat(log())
                .contains("stopped after step " + step("run") + " of 1000000, saved in ")
                .contains("to resume it: bin/scorefield train --resume --out run");
        assertThat(Files.readString(folder.resolve("run/report.html")))
                .contains(">stopped after step ")
                .doesNotContain("http-equiv");
    }

    /** A step of this network takes the reference device far longer than the test waits. */
    @Test
    void aSecondSignalEndsTheProgramInTheMiddleOfAStep() throws Exception {
        Process process = start(
                Cli.MINDS_INTERRUPTS,
                "train",
                "--data=digits",
                "--device=reference",
                "--out=run",
                "--set=data.count=600",
                "--set=network.channels=64",
                "--set=training.batch=512");
        while (process.isAlive() && !Files.exists(checkpoint("run"))) {
            Thread.sleep(10);
        }
        Thread.sleep(1000); // in the first step, which follows the first checkpoint
        signal("INT", process);
        while (process.isAlive() && !log().contains("stopping after this step")) {
            Thread.sleep(10);
        }
        signal("INT", process);
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).as(log()).isTrue();
        assertThat(process.exitValue()).isEqualTo(128 + 2);
        assertThat(log()).doesNotContain("stopped after step");
    }

    private static void signal(String name, Process process) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                        .inheritIO()
                        .start()
                        .waitFor())
                .isZero();
    }

    @Test
    void aFullDiskEndsTheRunAndLeavesTheCheckpointAsItWas() throws Exception {
        // A limit on a file's size makes writing fail in the middle, as a full disk does. Blocks of 512 bytes.
        List<String> fullDisk = List.of("/bin/sh", "-c", "ulimit -f 20 && exec \"$0\" \"$@\"");
        assertThat(run(fullDisk, Cli.trainArguments("--steps=5", "--out=never", "--device=reference")))
                .as(log())
                .isEqualTo(1);
        assertThat(log()).contains("cannot write never/checkpoint.safetensors: ");
        assertThat(checkpoint("never")).doesNotExist();

        assertThat(run(List.of(), Cli.trainArguments("--steps=5", "--out=run", "--device=reference")))
                .as(log())
                .isZero();
        byte[] before = Files.readAllBytes(checkpoint("run"));
        assertThat(run(fullDisk, "train", "--resume", "--steps=9", "--out=run", "--device=reference"))
                .as(log())
                .isEqualTo(1);
        assertThat(log()).contains("the checkpoint of step 5 is intact: run/checkpoint.safetensors");
        assertThat(Files.readAllBytes(checkpoint("run"))).isEqualTo(before);
        try (var files = Files.walk(folder)) {
            assertThat(files.map(Path::toString)).noneMatch(name -> name.endsWith(".tmp"));
        }
    }

    @Test
    void theNewestRunIsTheDefault() throws Exception {
        assertThat(run(List.of(), Cli.trainArguments("--steps=1", "--device=reference")))
                .as(log())
                .isZero();
        assertThat(run(List.of(), Cli.trainArguments("--steps=2", "--device=reference")))
                .as(log())
                .isZero();
        assertThat(step("runs/digits")).isEqualTo(1);
        assertThat(step("runs/digits-2")).isEqualTo(2);
        assertThat(run(List.of(), "sample", "--device=reference", "--count=1"))
                .as(log())
                .isZero();
        assertThat(folder.resolve("runs/digits-2/sample.png")).exists();
    }

    /** Its choices are kept for the next run, in the user's cache, and for this one, however often it is resumed. */
    @Test
    void aTunedRunKeepsItsKernels() throws Exception {
        List<String> cache = List.of("env", "XDG_CACHE_HOME=" + folder.resolve("cache"));
        String[] tuned = Cli.trainArguments("--tune=quick", "--steps=3", "--out=tuned");
        assertThat(run(cache, tuned)).as(log()).isZero();
        assertThat(log()).containsOnlyOnce("tuning    trying kernels for ").contains("shapes tried in ");
        Path kept = folder.resolve("tuned/tuning.txt");
        try (Stream<Path> files = Files.list(folder.resolve("cache/scorefield"))) {
            assertThat(files).singleElement().satisfies(file -> assertThat(kept).hasSameTextualContentAs(file));
        }

        assertThat(run(cache, "train", "--resume", "--tune=quick", "--out=tuned"))
                .isEqualTo(2);
        assertThat(log()).contains("a resumed run keeps the kernels that it began with");

        assertThat(run(List.of(), "train", "--resume", "--steps=4", "--out=tuned"))
                .as(log())
                .isZero();
        assertThat(log()).containsOnlyOnce("tuning    trying kernels for ").doesNotContain("ignoring the tuning");

        Files.writeString(kept, "damaged");
        assertThat(run(List.of(), "train", "--resume", "--steps=5", "--out=tuned"))
                .as(log())
                .isZero();
        assertThat(log()).contains("ignoring the tuning in ").contains("differ from those that the run began with");
    }

    /** Both find the folder without a run when they start. */
    @Test
    void ofTwoStartsWithOneFolderOneIsRefused() throws Exception {
        String[] arguments = Cli.trainArguments("--steps=3", "--out=run", "--device=reference");
        Process first = Cli.start(folder, folder.resolve("first"), List.of(), arguments);
        Process second = Cli.start(folder, folder.resolve("second"), List.of(), arguments);
        assertThat(first.waitFor(10, TimeUnit.MINUTES)).isTrue();
        assertThat(second.waitFor(10, TimeUnit.MINUTES)).isTrue();
        assertThat(List.of(first.exitValue(), second.exitValue())).containsExactlyInAnyOrder(0, 2);
        assertThat(step("run")).isEqualTo(3);
    }

    @Test
    void twoStartsWithoutAFolderTakeTwo() throws Exception {
        String[] arguments = Cli.trainArguments("--steps=3", "--device=reference");
        Process first = Cli.start(folder, folder.resolve("first"), List.of(), arguments);
        Process second = Cli.start(folder, folder.resolve("second"), List.of(), arguments);
        assertThat(first.waitFor(10, TimeUnit.MINUTES)).isTrue();
        assertThat(second.waitFor(10, TimeUnit.MINUTES)).isTrue();
        assertThat(List.of(first.exitValue(), second.exitValue())).containsExactly(0, 0);
        assertThat(step("runs/digits")).isEqualTo(3);
        assertThat(step("runs/digits-2")).isEqualTo(3);
    }
}
