package scorefield.ncsn.extractor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import onnx.Onnx.GraphProto;
import onnx.Onnx.ModelProto;
import onnx.Onnx.NodeProto;
import onnx.Onnx.OperatorSetIdProto;
import onnx.Onnx.TensorProto;
import onnx.Onnx.TensorShapeProto;
import onnx.Onnx.TypeProto;
import onnx.Onnx.ValueInfoProto;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import scorefield.ncsn.data.BadDataException;
import scorefield.ncsn.data.Images;
import scorefield.ncsn.data.ResizeFilter;
import scorefield.ncsn.evaluation.FeatureEvaluation;
import scorefield.ncsn.evaluation.FeatureExtractor;
import scorefield.ncsn.evaluation.FeatureStatistics;
import scorefield.ncsn.metric.GaussianFit;
import scorefield.ncsn.metric.KernelDistance;

/** Networks of others: what they are given, and what is measured of what they give. */
class OnnxExtractorTest {

    @TempDir
    private Path folder;

    private static ValueInfoProto described(String name, int... dims) {
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
        for (int dim : dims) {
            TensorShapeProto.Dimension.Builder extent = shape.addDimBuilder();
            if (dim < 0) {
                extent.setDimParam("n" + shape.getDimCount());
            } else {
                extent.setDimValue(dim);
            }
        }
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder()
                        .setTensorType(TypeProto.Tensor.newBuilder()
                                .setElemType(TensorProto.DataType.FLOAT_VALUE)
                                .setShape(shape)))
                .build();
    }

    /** A network whose features are what it is given. */
    private Path flatten(int... dims) throws IOException {
        ModelProto model = ModelProto.newBuilder()
                .setIrVersion(8)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(17))
                .setGraph(GraphProto.newBuilder()
                        .setName("flatten")
                        .addInput(described("images", dims))
                        .addNode(NodeProto.newBuilder()
                                .setOpType("Flatten")
                                .addInput("images")
                                .addOutput("features"))
                        .addOutput(described("features", -1, -1)))
                .build();
        return Files.write(folder.resolve("flatten.onnx"), model.toByteArray());
    }

    private static FeatureExtractor.Preprocessing preprocessing(
            int height, int width, List<Double> mean, double deviation) {
        return new FeatureExtractor.Preprocessing(height, width, ResizeFilter.BILINEAR, mean, List.of(deviation));
    }

    private static Images images(int count, int height, int width, int channels) {
        byte[] bytes = new byte[count * height * width * channels];
        new Random(1).nextBytes(bytes);
        return Images.of("random", height, width, channels, bytes);
    }

    @Test
    void imagesAreNormalisedAndTheirChannelsComeWhereTheNetworkWantsThem() throws IOException {
        Images images = images(40, 2, 3, 3); // more than a batch
        List<Double> mean = List.of(0.1, 0.2, 0.3);
        try (FeatureExtractor first = FeatureExtractor.open(flatten(-1, 3, 2, 3), preprocessing(0, 0, mean, 0.5))) {
            double[][] features = first.features(images);
            assertThat(features).hasDimensions(40, 18);
            for (int channel = 0; channel < 3; channel++) {
                double expected = (images.pixel(39, 1, 2, channel) / 255.0 - mean.get(channel)) / 0.5;
                assertThat(features[39][channel * 6 + 5]).isCloseTo(expected, within(1e-6));
            }
            assertThat(first.description()).contains("flatten.onnx, SHA-256 ", "images 2×3×3, antialiased bilinear");
        }
        try (FeatureExtractor last = FeatureExtractor.open(flatten(-1, 2, -1, 3), preprocessing(0, 3, mean, 0.5))) {
            double expected = (images.pixel(39, 1, 2, 1) / 255.0 - 0.2) / 0.5;
            assertThat(last.features(images)[39][5 * 3 + 1]).isCloseTo(expected, within(1e-6));
        }
    }

    /** Half the size by a triangle over four pixels: weights 1/8, 3/8, 3/8, 1/8, and at a border the rest of them, normalised. */
    @Test
    void resizingIsAntialiased() throws IOException {
        Images images = Images.of("row", 1, 6, 1, new byte[] {0, 0, (byte) 80, (byte) 160, 0, 0});
        try (FeatureExtractor extractor =
                FeatureExtractor.open(flatten(1, 1, -1, -1), preprocessing(1, 3, List.of(0.0), 1))) {
            double[] resized = extractor.features(images)[0];
            assertThat(resized[1] * 255).isCloseTo((3 * 80 + 3 * 160) / 8.0, within(1e-3));
            assertThat(resized[0] * 255).isCloseTo(80 / 7.0, within(1e-3));
            assertThat(resized[2] * 255).isCloseTo(160 / 7.0, within(1e-3));
        }
    }

    @Test
    void refusesWhatIsNoExtractor() throws IOException {
        Path text = Files.writeString(folder.resolve("x.onnx"), "no network");
        assertThatThrownBy(() -> FeatureExtractor.open(text, preprocessing(0, 0, List.of(0.0), 1)))
                .isInstanceOf(BadDataException.class)
                .hasMessageContaining("x.onnx: is not a network that ONNX Runtime can run");
        assertThatThrownBy(() -> FeatureExtractor.open(flatten(-1, 3, -1, -1), preprocessing(0, 0, List.of(0.0), 1)))
                .hasMessageContaining("does not state the height of its images; give --extractor-size HxW");
        assertThatThrownBy(() -> FeatureExtractor.open(flatten(-1, 7), preprocessing(0, 0, List.of(0.0), 1)))
                .hasMessageContaining("but images N×C×H×W or N×H×W×C with 1 or 3 channels are needed");
    }

    private static double[][] normal(int count, double mean, Random random) {
        double[][] rows = new double[count][2];
        for (double[] row : rows) {
            row[0] = mean + random.nextGaussian();
            row[1] = random.nextGaussian();
        }
        return rows;
    }

    /** For equal sets everything is known; for a shift by 10, nothing overlaps and the Fréchet distance is about its square. */
    @Test
    void theMetricsOfFeaturesAreKnownForEqualAndForDistantSets() {
        Random random = new Random(2);
        double[][] real = normal(300, 0, random);
        Map<String, Double> same = FeatureEvaluation.of(real, real, 1);
        assertThat(same.get("frechetDistance")).isCloseTo(0, within(1e-9));
        assertThat(same.get("precision")).isEqualTo(1);
        assertThat(same.get("recall")).isEqualTo(1);
        assertThat(same.get("coverage")).isEqualTo(1);
        Map<String, Double> alike = FeatureEvaluation.of(normal(300, 0, random), real, 1);
        assertThat(alike.get("density")).isCloseTo(1, within(0.15));
        assertThat(alike.get("kernelDistance")).isCloseTo(0, within(0.2));
        Map<String, Double> distant = FeatureEvaluation.of(normal(300, 10, random), real, 1);
        assertThat(distant.get("frechetDistance")).isCloseTo(100, within(5.0));
        assertThat(distant.get("density")).isZero();
        assertThat(distant.get("coverage")).isZero();
        assertThat(distant.get("kernelDistance")).isGreaterThan(1000);
    }

    /** MMD² of {1, 2} and {3, 5} with (x·y + 1)³: 27 + 16³ − (4³ + 6³ + 7³ + 11³)/2. */
    @Test
    void theKernelDistanceIsItsFormula() {
        double expected = 27 + 4096 - (64 + 216 + 343 + 1331) / 2.0;
        assertThat(KernelDistance.of(new double[][] {{1}, {2}}, new double[][] {{3}, {5}}, 1))
                .isCloseTo(expected, within(1e-9));
    }

    @Test
    void statisticsAreKeptAsOthersKeepThem() throws IOException {
        double[][] real = normal(50, 1, new Random(3));
        GaussianFit fit = GaussianFit.of(real);
        Path file = folder.resolve("statistics.npz");
        FeatureStatistics.write(file, fit);
        assertThat(FeatureStatistics.recognises(file)).isTrue();
        GaussianFit read = FeatureStatistics.read(file);
        assertThat(read.mean()).isEqualTo(fit.mean());
        assertThat(read.covariance()).isEqualTo(fit.covariance());
        assertThat(FeatureEvaluation.of(real, read).get("frechetDistance")).isCloseTo(0, within(1e-9));
    }
}
