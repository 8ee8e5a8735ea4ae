package scorefield.cli.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import scorefield.cli.Cli;

/** The command with a tiny network, on a CPU that is taken for a GPU. */
class AcceptGpuCommandTest {

    /** Time for all parts, whatever else the machine does. */
    private static final String SLOW_MACHINE = "--seconds=3000";

    @TempDir
    private Path folder;

    private Cli.Outcome accept(String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                "accept-gpu",
                "--out=" + folder,
                "--steps=20",
                "--preset=digits",
                "--set=network.channels=4",
                "--set=network.multipliers=[1, 2]",
                "--set=network.blocks=1",
                "--set=noise.levels=8",
                "--set=training.batch=4",
                "--set=sampling.images=4"));
        arguments.addAll(List.of(more));
        return Cli.run(arguments.toArray(String[]::new));
    }

    private JsonObject json() throws IOException {
        return JsonParser.parseString(Files.readString(folder.resolve("accept-gpu.json")))
                .getAsJsonObject();
    }

    private Map<String, JsonObject> parts() throws IOException {
        return StreamSupport.stream(json().getAsJsonArray("parts").spliterator(), false)
                .map(part -> part.getAsJsonObject())
                .collect(Collectors.toMap(part -> part.get("part").getAsString(), part -> part));
    }

    @Test
    void everyPartIsRightAndReported() throws IOException {
        Cli.Outcome outcome = accept("--as-gpu", SLOW_MACHINE);
        assertThat(outcome.code()).as(outcome.out() + outcome.err()).isZero();
        Map<String, JsonObject> parts = parts();
        assertThat(parts.keySet())
                .containsExactlyInAnyOrder(
                        "Device",
                        "Instructions",
                        "Loss and gradients",
                        "Training",
                        "Speed",
                        "Kernels",
                        "PyTorch",
                        "Two runs");
        assertThat(parts.values())
                .allSatisfy(part -> assertThat(part.getAsJsonArray("faults")).isEmpty());
        assertThat(found(parts, "Device").get("type").getAsString()).isEqualTo("GPU");
        assertThat(found(parts, "Device").get("gigaflops").getAsDouble()).isPositive();
        assertThat(found(parts, "Kernels").get("variants").getAsInt())
                .isGreaterThan(found(parts, "Kernels").get("problems").getAsInt());
        assertThat(found(parts, "Speed").toString()).contains("training").contains("sampling");
        assertThat(found(parts, "Training")
                        .getAsJsonObject("training")
                        .get("steps")
                        .getAsInt())
                .isEqualTo(20);
        assertThat(Files.readString(folder.resolve("accept-gpu.md")))
                .contains("Nothing was found wrong.")
                .contains("20 steps on digits")
                .contains("the same bits")
                .contains("conv2d_gpu");
        assertThat(folder.resolve("samples.png")).isNotEmptyFile();
    }

    private static JsonObject found(Map<String, JsonObject> parts, String name) {
        return parts.get(name).getAsJsonObject("found");
    }

    /** A learning rate that ends in numbers that are not finite: training fails, and the parts after it are there. */
    @Test
    void whatFailsIsReportedAndTheRestGoesOn() throws IOException {
        Cli.Outcome outcome = accept(
                "--as-gpu",
                SLOW_MACHINE,
                "--set=training.learning-rate=1e30",
                "--set=training.optimiser=adam",
                "--set=training.warmup=0");
        assertThat(outcome.code()).isEqualTo(1);
        Map<String, JsonObject> parts = parts();
        assertThat(parts.get("Training").getAsJsonArray("faults")).hasSize(1);
        assertThat(parts.get("Training").getAsJsonArray("faults").get(0).getAsString())
                .contains("not finite");
        assertThat(found(parts, "Kernels").get("variants").getAsInt()).isPositive();
        assertThat(Files.readString(folder.resolve("accept-gpu.md"))).contains("Found wrong:\n\n- Training: ");
        assertThat(outcome.out()).contains("not finite");
    }

    @Test
    void whatTheTimeDoesNotSufficeForIsSaid() throws IOException {
        Cli.Outcome outcome = accept("--as-gpu", "--seconds=0.001");
        assertThat(outcome.code()).isZero();
        assertThat(Files.readString(folder.resolve("accept-gpu.md")))
                .contains("## Training\n\n- left out, as the time was up");
    }

    @Test
    void aCpuIsNoGpu() {
        Cli.Outcome outcome = accept();
        assertThat(outcome.code()).isEqualTo(2);
        assertThat(outcome.err()).contains("is none").contains("--as-gpu");
        assertThat(accept("--as-gpu", "--seconds=0").err())
                .contains("--seconds must be above 0 and --steps at least 2; got 0.0 and 20");
    }
}
