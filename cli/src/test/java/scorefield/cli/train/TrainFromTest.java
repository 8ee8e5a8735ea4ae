package scorefield.cli.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import scorefield.cli.Cli;
import scorefield.ncsn.run.Run;
import scorefield.ncsn.run.RunHistory;

/** {@code train --from}: a run that starts with another one's parameters. */
class TrainFromTest {

    @TempDir
    private Path folder;

    /** A learning rate so small that a step leaves single-precision numbers nearly as they were. */
    private static final List<String> SLOW =
            List.of("--steps=1", "--device=reference", "--set=training.learning-rate=1e-9");

    private Cli.Outcome from(Path run, Path out, String... more) {
        return Cli.run(Stream.of(
                        Stream.of("train", "--from=" + run, "--out=" + out, "--set=data.size=8", "--set=data.count=50"),
                        Stream.of(
                                "--set=training.batch=4", "--set=sampling.sampler=annealed", "--set=sampling.images=2"),
                        Stream.of("--set=sampling.steps-per-level=1", "--set=noise.levels=4"),
                        SLOW.stream(),
                        Stream.of(more))
                .flatMap(arguments -> arguments)
                .toArray(String[]::new));
    }

    @Test
    void aRunStartsWithAnotherOnesParametersAndNetwork() throws IOException {
        Path first = folder.resolve("first");
        Cli.trainDigits(first);
        float[] trained = Run.open(first).checkpoint().state().average();

        Path second = folder.resolve("second");
        Cli.Outcome outcome = from(first, second, "--set=model.classes=0");
        assertThat(outcome.code()).as(outcome.err()).isZero();
        assertThat(outcome.out()).contains("chosen    parameters of " + first + ", step 2");
        Run run = Run.open(second);
        assertThat(run.configuration().network().channels()).isEqualTo(4);
        float[] begun = run.checkpoint().state().parameters();
        assertThat(begun).hasSameSizeAs(trained);
        for (int i = 0; i < begun.length; i++) {
            assertThat(Math.abs(begun[i] - trained[i])).isLessThan(1e-6f);
        }
        assertThat(RunHistory.read(run.folder().history()).from()).isEqualTo(first + ", step 2");

        Path third = folder.resolve("third");
        Cli.Outcome classes = from(first, third, "--set=model.classes=auto");
        assertThat(classes.out()).contains("chosen    new layers, which that run does not have: labels.weight");
    }

    @Test
    void anotherKindOfNetworkIsRefusedAndNothingIsWritten() {
        Path moons = folder.resolve("moons");
        Cli.trainMoons(moons);
        Path out = folder.resolve("out");
        Cli.Outcome outcome = from(moons, out, "--data=digits");
        assertThat(outcome.code()).isEqualTo(2);
        assertThat(outcome.err()).contains("in the run that it is to start from");
        assertThat(out.resolve("checkpoint.safetensors")).doesNotExist();
        assertThat(Cli.run("train", "--from=" + moons, "--resume").err())
                .contains("--from starts a new run, but --resume goes on with an old one; leave one out");
    }
}
