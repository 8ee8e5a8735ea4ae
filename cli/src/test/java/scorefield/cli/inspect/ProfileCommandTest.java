package scorefield.cli.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import scorefield.cli.Cli;
import scorefield.kernels.profile.Profile;
import scorefield.kernels.profile.Roofline;

/** The command on a tiny network, on OpenCL, and what it writes. */
class ProfileCommandTest {

    @TempDir
    private Path folder;

    private static Cli.Outcome profile(String... more) {
        List<String> arguments = new ArrayList<>(List.of("profile", "--preset=digits", "--runs=2"));
        // The digits that the preset stands for are 28×28; the network is small.
        arguments.addAll(List.of(
                "--set=network.channels=4",
                "--set=network.multipliers=[1, 2]",
                "--set=network.blocks=1",
                "--set=noise.levels=8",
                "--set=training.batch=4",
                "--set=sampling.images=5"));
        arguments.addAll(List.of(more));
        return Cli.run(arguments.toArray(String[]::new));
    }

    private static JsonObject read(Path file) throws IOException {
        return JsonParser.parseString(Files.readString(file)).getAsJsonObject();
    }

    private static List<JsonObject> objects(JsonArray array) {
        return StreamSupport.stream(array.spliterator(), false)
                .map(JsonElement::getAsJsonObject)
                .toList();
    }

    @Test
    void aTrainingStepKernelByKernelAndLayerByLayer() throws IOException {
        Path json = folder.resolve("profile.json");
        Cli.Outcome outcome = profile("--json=" + json, "--launches=3");
        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.code()).isZero();
        assertThat(outcome.out())
                .contains("training step, preset digits, not trained: 4 samples of ")
                .contains("roofline   ")
                .contains("each the shortest of 2 runs")
                .contains("conv2d")
                .containsPattern("  down\\.0\\.conv1\n")
                .containsPattern("  parameters\n");
        JsonObject profile = read(json);
        double busy = profile.get("busy").getAsDouble();
        List<JsonObject> launches = objects(profile.getAsJsonArray("launches"));
        for (String part : List.of("kernels", "launches")) {
            assertThat(objects(profile.getAsJsonArray(part)).stream()
                            .mapToDouble(total -> total.get("milliseconds").getAsDouble())
                            .sum())
                    .as(part)
                    .isCloseTo(busy, within(1e-9 * busy));
        }
        assertThat(objects(profile.getAsJsonArray("layers")).stream()
                        .mapToInt(layer ->
                                layer.getAsJsonObject("forward").get("launches").getAsInt()
                                        + layer.getAsJsonObject("backward")
                                                .get("launches")
                                                .getAsInt())
                        .sum())
                .isEqualTo(launches.size());
        assertThat(objects(profile.getAsJsonArray("layers")))
                .filteredOn(layer -> layer.get("layer").getAsString().equals("down.0.conv1"))
                .singleElement()
                .satisfies(layer -> {
                    assertThat(layer.getAsJsonObject("forward").get("flops").getAsDouble())
                            .isPositive();
                    assertThat(layer.getAsJsonObject("backward").get("flops").getAsDouble())
                            .as("the gradients of input and weights")
                            .isGreaterThan(layer.getAsJsonObject("forward")
                                    .get("flops")
                                    .getAsDouble());
                });
    }

    @Test
    void aSamplingStepGoesForwardOnly() throws IOException {
        Path json = folder.resolve("profile.json");
        Cli.Outcome outcome = profile("--sampling", "--json=" + json);
        assertThat(outcome.code()).as(outcome.err()).isZero();
        assertThat(outcome.out()).contains("sampling step, preset digits, not trained: 5 samples of ");
        assertThat(objects(read(json).getAsJsonArray("layers")))
                .allSatisfy(layer -> assertThat(layer.getAsJsonObject("backward")
                                .get("launches")
                                .getAsInt())
                        .isZero());
    }

    @Test
    void aPerceptronsStep() {
        Cli.Outcome outcome = Cli.run("profile", "--preset=points", "--runs=1", "--set=training.batch=16");
        assertThat(outcome.code()).as(outcome.err()).isZero();
        assertThat(outcome.out()).contains("16 samples of 2").containsPattern("matmul");
    }

    @Test
    void aTimelineAndAPicture() throws IOException {
        Path trace = folder.resolve("new/trace.json");
        Path picture = folder.resolve("roofline.png");
        Cli.Outcome outcome = profile("--sampling", "--trace=" + trace, "--picture=" + picture);
        assertThat(outcome.code()).as(outcome.err()).isZero();
        List<JsonObject> kernels = objects(read(trace).getAsJsonArray("traceEvents")).stream()
                .filter(event -> event.get("ph").getAsString().equals("X"))
                .filter(event -> event.get("tid").getAsInt() == 1)
                .toList();
        assertThat(kernels).hasSizeGreaterThan(20);
        double end = 0;
        for (JsonObject kernel : kernels) {
            double start = kernel.get("ts").getAsDouble();
            assertThat(start).as("launches run one after the other").isGreaterThanOrEqualTo(end - 1e-3);
            end = start + kernel.get("dur").getAsDouble();
        }
        BufferedImage image = ImageIO.read(picture.toFile());
        assertThat(image.getWidth()).isEqualTo(1440);
        assertThat(image.getHeight()).isEqualTo(900);
    }

    @Test
    void layersOfTheTimelineSpanTheirLaunches() throws IOException {
        Profile profile = new Profile(
                List.of(
                        entry("a", "first", 0, 2000),
                        entry("b", "first", 3000, 4000),
                        entry("c", "∇first", 4000, 9000)),
                1,
                1000,
                new Roofline(1e9, 1e9));
        Path trace = folder.resolve("trace.json");
        ProfileFiles.writeTrace(trace, profile, "made up", "device");
        List<String> layers = objects(read(trace).getAsJsonArray("traceEvents")).stream()
                .filter(event -> event.get("tid").getAsInt() == 2)
                .filter(event -> event.get("ph").getAsString().equals("X"))
                .map(event -> event.get("name").getAsString() + " " + event.get("ts") + " " + event.get("dur"))
                .toList();
        assertThat(layers).containsExactly("first 0.0 4.0", "∇first 4.0 5.0");
    }

    private static Profile.Entry entry(String kernel, String layer, long start, long end) {
        return new Profile.Entry(kernel, "", kernel, layer, 1, 1, end - start, new Profile.Span(start, end));
    }
}
