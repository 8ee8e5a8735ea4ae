package scorefield.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever is wrong, a person sees one clear line and the right exit code, and nothing is left behind. */
class BadInputTest {

    @TempDir
    private Path folder;

    private static void refused(Cli.Outcome outcome, String message) {
        assertThat(outcome.err()).contains(message).doesNotContain("\tat ");
        assertThat(outcome.err().lines()).hasSize(1);
        assertThat(outcome.code()).isEqualTo(2);
    }

    private void refusedAndNothingWritten(String message, String... arguments) throws IOException {
        Path out = folder.resolve("run");
        refused(Cli.train(with(arguments, "--out", out.toString(), "--device", "reference")), message);
        assertThat(out).doesNotExist();
    }

    private static String[] with(String[] some, String... more) {
        return Stream.concat(Stream.of(some), Stream.of(more)).toArray(String[]::new);
    }

    @Test
    void noCommandOrAWrongOne() {
        refused(Cli.run(), "a command is missing; give one of train, sample, ");
        refused(Cli.run("tran"), "scorefield: unexpected argument 'tran'; did you mean 'train'?");
    }

    @Test
    void anUnknownOptionOrAValueOfAnotherType() {
        refused(Cli.run("train", "--stpes=3"), "scorefield train: unknown option '--stpes=3'; did you mean '--steps'?");
        refused(Cli.run("train", "--steps", "many"), "'many' is not a whole number");
        refused(Cli.run("train", "--steps", "1e3"), "Invalid value for option '--steps': '1e3' is not a whole number");
        refused(
                Cli.run("train", "--seed", "9".repeat(20)),
                "is not between -9223372036854775808 and 9223372036854775807");
        refused(Cli.run("sample", "--count", "2147483648"), "is not between -2147483648 and 2147483647");
        refused(Cli.run("sample", "--sigma-max", "wide"), "option '--sigma-max': 'wide' is not a finite number");
        refused(Cli.run("sample", "--sigma-max", "NaN"), "'NaN' is not a finite number");
        refused(Cli.run("score", "--sigma", "1,x"), "'x' is not a finite number");
        refused(Cli.run("evaluate", "--range", "1"), "a range must be two numbers with a comma, such as -1,1; got 1");
        refused(Cli.run("evaluate", "--range", "1,0"), "a range must be two finite numbers, the lower one first");
        refused(Cli.run("evaluate", "--range=0,1"), "--range has no effect without --samples; leave it out");
        refused(Cli.run("sample", "--steps-per-level"), "Missing required parameter");
        refused(Cli.run("score"), "--input");
    }

    @Test
    void dataThatCannotBeRead() throws IOException {
        refusedAndNothingWritten("nothing.gz: there is no such file or folder", "--data", "nothing.gz");
        refusedAndNothingWritten(
                "moon: there is no such file or folder; did you mean the built-in 'moons'?", "--data", "moon");
        Path empty = Files.createDirectory(folder.resolve("empty"));
        refusedAndNothingWritten("empty", "--data", empty.toString());
        Path text = Files.writeString(folder.resolve("text.txt"), "no images here");
        refusedAndNothingWritten("is not a data set that can be read", "--data", text.toString());
    }

    @Test
    void settingsThatAreNone() throws IOException {
        refusedAndNothingWritten(
                "unknown key 'training.bach'; did you mean 'training.batch'?", "--set", "training.bach=3");
        refusedAndNothingWritten("training.batch must be a whole number", "--set", "training.batch=few");
        refusedAndNothingWritten("must be KEY=VALUE", "--set", "training.batch");
        refusedAndNothingWritten("the value is not YAML", "--set", "network.multipliers=[1");
        refusedAndNothingWritten("--steps must be a whole number from 1", "--steps", "0");
        refusedAndNothingWritten("unknown preset 'mnist'", "--preset", "mnist");
        refusedAndNothingWritten("data.count", "--set", "data.count=0");
    }

    @Test
    void aConfigurationFileThatIsNone() throws IOException {
        Path file = folder.resolve("config.yaml");
        refusedAndNothingWritten("config.yaml: there is no such file", "--config", file.toString());
        Files.writeString(file, "training:\n  batch: 3\n  bach: 4\n");
        refusedAndNothingWritten(
                "config.yaml: unknown key 'training.bach'; did you mean 'training.batch'?",
                "--config",
                file.toString());
        Files.writeString(file, "training:\n  batch: 3\n  batch: 4\n");
        refusedAndNothingWritten("config.yaml: is not YAML: found duplicate key batch", "--config", file.toString());
        Files.writeString(file, "training: {batch: [\n");
        refusedAndNothingWritten("config.yaml: is not YAML", "--config", file.toString());
        Files.writeString(file, "just words");
        refusedAndNothingWritten("config.yaml: must hold sections of keys", "--config", file.toString());
        refusedAndNothingWritten("is a folder, not a YAML file", "--config", folder.toString());
    }

    @Test
    void imagesThatDoNotFitTheNetwork() throws IOException {
        refusedAndNothingWritten(
                "needs a height and a width that are multiples of 2; got 9×8", "--set", "data.size=9x8");
    }

    @Test
    void noSuchDevice() {
        refused(
                Cli.run("inspect", "--plan", "--preset", "digits", "--device", "toaster"),
                "no OpenCL device 'toaster'");
        refused(
                Cli.run("inspect", "--plan", "--preset", "digits", "--device", "reference"),
                "--plan, --passes and --kernels show how an OpenCL device computes");
        refused(
                Cli.run("profile", "--preset", "digits", "--device", "reference"),
                "only an OpenCL device can be profiled; the reference device has no kernels");
        refused(Cli.run("profile", "--preset", "digits", "--device", "toaster"), "no OpenCL device 'toaster'");
        refused(
                Cli.run("profile", "--preset", "digits", "--tune=fast"),
                "Invalid value for option '--tune': expected one of [off, quick, full] (case-sensitive) but was 'fast'");
        refused(
                Cli.train("--tune=quick", "--device=reference", "--out=" + folder.resolve("tuned")),
                "--tune quick: the reference device has no kernels to choose from");
        refused(Cli.run("profile", "--preset", "digits", "--runs=0"), "--runs must be at least 1");
        refused(Cli.run("profile", "--preset", "digits", "--json=/proc/x.json"), "/proc/x.json: cannot be written");
    }

    @Test
    void aModelThatIsTooBigForTheDevice() {
        Path out = folder.resolve("run");
        refused(
                Cli.train(
                        "--set=training.batch=10000",
                        "--set=data.size=64",
                        "--set=network.channels=16",
                        "--out=" + out),
                "the largest batch that fits is ");
        assertThat(out).doesNotExist();
        refused(
                Cli.train("--set=training.batch=65536", "--set=data.size=512", "--out=" + out),
                "would have more than 2^31-1 numbers; the largest batch is ");
        assertThat(out).doesNotExist();
    }

    @Test
    void aFolderThatCannotBeARuns() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");
        refused(
                Cli.train("--device=reference", "--out=" + file),
                file + ": cannot be written to: Not a directory; choose another folder");
        refused(Cli.train("--device=reference", "--out=/proc/run"), "/proc/run: cannot be written to");
        // It is looked at first: before there are data, and before there is a device.
        refused(
                Cli.run("train", "--data=nothing.gz", "--device=toaster", "--out=" + file.resolve("a/b")),
                "cannot be written to");
    }

    @Test
    void anObjectiveThatCostsTooMuchIsRefusedBeforeAnythingIsComputed() throws IOException {
        Path out = folder.resolve("run");
        String[] exact = {"train", "--objective=exact", "--set=data.count=10", "--device=toaster", "--out=" + out};
        // Were a device looked for, that it is none would be said.
        refused(Cli.run(exact), "exact score matching needs 784 vector-Jacobian products a sample: about ");
        assertThat(Cli.run(exact).err())
                .containsPattern(
                        "about \\d+ TFLOP and up to [\\d.]+ GiB a step of 64 samples, \\d+ times the cost of denoising")
                .contains("Use --objective sliced-vr or annealed, or smaller images (data.size=8)");
        refused(
                Cli.run(with(exact, "--set=objective.matching=sliced", "--set=objective.projections=9999")),
                "exact score matching needs 784");
        refused(
                Cli.run(
                        "train",
                        "--objective=sliced",
                        "--set=data.count=10",
                        "--set=objective.projections=5000",
                        "--device=toaster",
                        "--out=" + out),
                "Use fewer objective.projections");
        assertThat(out).doesNotExist();
    }

    @Test
    void aFolderThatCannotBeAStudys() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");
        refused(
                Cli.run("study", "fisher", "--out=" + file.resolve("a")),
                "scorefield: " + file.resolve("a") + ": cannot be written to: Not a directory; name another folder");
        refused(Cli.run("study", "--all", "--out=/proc/x"), "scorefield: /proc/x: cannot be written to: ");
    }

    @Test
    void aRunThatIsNone() {
        for (List<String> command : List.of(
                List.of("sample", "--run"),
                List.of("inspect", "--run"),
                List.of("profile", "--run"),
                List.of("report", "--run"),
                List.of("train", "--resume", "--out"),
                List.of("score", "--input=x.npy", "--sigma=1", "--out=y.npy", "--run"))) {
            refused(
                    Cli.run(Stream.concat(command.stream(), Stream.of(folder.toString()))
                            .toArray(String[]::new)),
                    "there is no run in this folder");
        }
    }

    @Test
    void aCheckpointThatIsNone() throws IOException {
        Files.write(folder.resolve("checkpoint.safetensors"), new byte[100]);
        refused(Cli.run("sample", "--run", folder.toString()), "checkpoint.safetensors: is not a safetensors file");
        refused(Cli.run("train", "--resume", "--out", folder.toString()), "is not a safetensors file");
        refused(Cli.train("--out", folder.toString()), "there already is a run in this folder");
    }

    @Test
    void aStackTraceOnlyWhereItIsAskedFor() {
        Cli.Outcome outcome = Cli.run("sample", "--run", folder.toString(), "--stacktrace");
        assertThat(outcome.code()).isEqualTo(2);
        assertThat(outcome.err()).contains("\tat scorefield.cli.");
    }
}
