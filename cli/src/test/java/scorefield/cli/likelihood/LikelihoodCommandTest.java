package scorefield.cli.likelihood;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import scorefield.cli.Cli;
import scorefield.ncsn.data.Digits;
import scorefield.ncsn.evaluation.RunLikelihood;
import scorefield.ncsn.run.Run;

/** {@code likelihood}, with networks that have learned next to nothing. */
class LikelihoodCommandTest {

    @TempDir
    private static Path shared;

    private static Path digits;
    private static Path moons;

    @TempDir
    private Path folder;

    @BeforeAll
    static void train() {
        digits = shared.resolve("digits");
        moons = shared.resolve("moons");
        Cli.trainDigits(digits);
        Cli.trainMoons(moons);
    }

    private JsonObject json(String name) throws IOException {
        return JsonParser.parseString(Files.readString(folder.resolve(name))).getAsJsonObject();
    }

    private Cli.Outcome likelihood(Path run, String name, String... more) {
        String[] all = new String[more.length + 3];
        all[0] = "likelihood";
        all[1] = "--run=" + run;
        all[2] = "--out=" + folder.resolve(name);
        System.arraycopy(more, 0, all, 3, more.length);
        return Cli.run(all);
    }

    @Test
    void imagesAreToldInBitsWithTheScaleStated() throws IOException {
        Cli.Outcome outcome =
                likelihood(digits, "a.json", "--count=3", "--projections=2", "--rtol=0.05", "--device=reference");
        assertThat(outcome.code()).as(outcome.err()).isZero();
        assertThat(outcome.out())
                .contains("3 images of digits, σ from 0.01000 to", "2 projections each")
                .contains("= -log2 p(x)/64 + 8, of images in [0, 1]")
                .contains("from the projections", "the solver's error", "the prior N(0.5, σ²I)");
        JsonObject json = json("a.json");
        double nats = json.getAsJsonObject("natsPerSample").get("mean").getAsDouble();
        double bits = json.getAsJsonObject("bitsPerDimension").get("mean").getAsDouble();
        assertThat(bits).isCloseTo(8 - nats / (64 * Math.log(2)), within(1e-9));
        JsonArray logs = json.getAsJsonArray("logDensities");
        assertThat(logs).hasSize(3);
        double sum = 0;
        for (int n = 0; n < 3; n++) {
            sum += logs.get(n).getAsDouble();
        }
        assertThat(sum / 3).isCloseTo(nats, within(1e-9 * Math.abs(nats)));
        // The same seed gives the same numbers, and another one other images.
        likelihood(digits, "b.json", "--count=3", "--projections=2", "--rtol=0.05", "--device=reference");
        assertThat(json("b.json")).isEqualTo(json);
        likelihood(digits, "c.json", "--count=3", "--rtol=0.05", "--device=reference", "--seed=2");
        assertThat(json("c.json").get("sha256")).isNotEqualTo(json.get("sha256"));
    }

    @Test
    void pointsAreToldInNatsWithTheExactTrace() throws IOException {
        Cli.Outcome outcome = likelihood(moons, "a.json", "--count=50", "--rtol=0.01", "--device=reference");
        assertThat(outcome.code()).as(outcome.err()).isZero();
        assertThat(outcome.out())
                .contains("50 points of moons", "exact trace", "nats a point")
                .doesNotContain("bits", "projections");
        JsonObject exact = json("a.json");
        assertThat(exact.has("bitsPerDimension")).isFalse();
        assertThat(exact.getAsJsonObject("method").get("trace").getAsString()).isEqualTo("exact");
        likelihood(moons, "b.json", "--count=50", "--projections=6", "--rtol=0.01", "--device=reference");
        JsonObject estimated = json("b.json").getAsJsonObject("natsPerSample");
        double error = estimated.get("projectionError").getAsDouble();
        assertThat(estimated.get("mean").getAsDouble())
                .isCloseTo(
                        exact.getAsJsonObject("natsPerSample").get("mean").getAsDouble(),
                        within(4 * error + 2 * estimated.get("solverErrorOfOne").getAsDouble()));
    }

    @Test
    void whatCannotBeDoneIsRefused() throws IOException {
        refused("both choose how the trace is computed", "--exact", "--projections=2");
        refused("--count must be at least 2", "--count=1");
        refused("--projections must be at least 1", "--projections=0");
        refused("--rtol: a relative tolerance must lie between", "--rtol=5");
        refused("--rtol: a relative tolerance must be at least 1e-05", "--rtol=2e-6");
        refused("--atol: an absolute tolerance must be positive", "--atol=0");
        refused(
                "moons: the data are points of 2 numbers, but this run's network is for images of 8×8×1",
                "--data=moons");
        refused("nothing.gz: there is no such file", "--data=nothing.gz");
        refused("unknown option '--exakt'; did you mean '--exact'?", "--exakt");
        assertThat(folder.resolve("x.json")).doesNotExist();
    }

    private void refused(String message, String... more) {
        Cli.Outcome outcome = likelihood(digits, "x.json", more);
        assertThat(outcome.err()).contains(message).doesNotContain("\tat ");
        assertThat(outcome.err().lines()).hasSize(1);
        assertThat(outcome.code()).isEqualTo(2);
    }

    @Test
    void digitsThatAreJudgedAreNeverTheRunsOwn() throws IOException {
        Run run = Run.open(digits);
        long own = run.configuration().training().seed();
        String judged = RunLikelihood.samples(run, null, 20, 2).sha256();
        assertThat(judged)
                .isEqualTo(new Digits(own + 3, 8, 8).generate(20).sha256())
                .isNotEqualTo(RunLikelihood.samples(run, null, 20, 3).sha256());
    }
}
