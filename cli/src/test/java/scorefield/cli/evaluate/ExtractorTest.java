package scorefield.cli.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import onnx.Onnx.AttributeProto;
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
import scorefield.cli.Cli;
import scorefield.ncsn.evaluation.FeatureStatistics;
import scorefield.ncsn.file.Array;
import scorefield.ncsn.file.Npy;
import scorefield.ncsn.network.UNet;
import scorefield.ncsn.network.UNetSettings;
import scorefield.ncsn.onnx.OnnxExport;

/** {@code evaluate --extractor}, from the options to the file of results. */
class ExtractorTest {

    @TempDir
    private Path folder;

    private Path images(String name, long seed) throws IOException {
        byte[] bytes = new byte[20 * 4 * 4];
        new Random(seed).nextBytes(bytes);
        Path file = folder.resolve(name);
        Npy.write(file, Array.of(bytes, 20, 4, 4, 1));
        return file;
    }

    @Test
    void aNetworkThatNeedsMoreThanImagesIsRefused() throws IOException {
        UNet network = new UNet(new UNetSettings(4, List.of(1), 1), 4, 4, 1);
        Path file = folder.resolve("score.onnx");
        Files.write(
                file,
                OnnxExport.model(network, network.parameters().initial(1), OnnxExport.Output.SCORE, Map.of())
                        .toByteArray());
        Cli.Outcome outcome =
                evaluate(file, images("a.npy", 1), images("b.npy", 2).toString());
        assertThat(outcome.code()).isEqualTo(2);
        assertThat(outcome.err()).contains("score.onnx: has 2 inputs, but a feature extractor has one, the images");
    }

    /** A network of one node: the mean of each column of N×1×H×W. */
    private Path means() throws IOException {
        TypeProto images = TypeProto.newBuilder()
                .setTensorType(TypeProto.Tensor.newBuilder()
                        .setElemType(TensorProto.DataType.FLOAT_VALUE)
                        .setShape(TensorShapeProto.newBuilder()
                                .addDim(TensorShapeProto.Dimension.newBuilder().setDimParam("N"))
                                .addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(1))
                                .addDim(TensorShapeProto.Dimension.newBuilder().setDimParam("H"))
                                .addDim(TensorShapeProto.Dimension.newBuilder().setDimParam("W"))))
                .build();
        ModelProto model = ModelProto.newBuilder()
                .setIrVersion(8)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(17))
                .setGraph(GraphProto.newBuilder()
                        .setName("means")
                        .addInput(ValueInfoProto.newBuilder().setName("images").setType(images))
                        .addNode(NodeProto.newBuilder()
                                .setOpType("ReduceMean")
                                .addInput("images")
                                .addOutput("features")
                                .addAttribute(AttributeProto.newBuilder()
                                        .setName("axes")
                                        .setType(AttributeProto.AttributeType.INTS)
                                        .addInts(2)))
                        .addOutput(
                                ValueInfoProto.newBuilder().setName("features").setType(images)))
                .build();
        return Files.write(folder.resolve("mean.onnx"), model.toByteArray());
    }

    private Cli.Outcome evaluate(Path network, Path samples, String reference, String... more) {
        String[] all = new String[5 + more.length];
        all[0] = "evaluate";
        all[1] = "--extractor=" + network;
        all[2] = "--samples=" + samples;
        all[3] = "--reference=" + reference;
        all[4] = "--out=" + folder;
        System.arraycopy(more, 0, all, 5, more.length);
        return Cli.run(all);
    }

    @Test
    void measuresByFeaturesAndAgainstKeptStatistics() throws IOException {
        Path network = means();
        Path samples = images("a.npy", 1);
        Path statistics = folder.resolve("s.npz");
        Cli.Outcome outcome = evaluate(
                network, samples, images("b.npy", 2).toString(), "--extractor-size=4x4", "--statistics=" + statistics);
        assertThat(outcome.code()).as(outcome.err()).isZero();
        assertThat(outcome.out())
                .contains("mean.onnx, SHA-256 ", "images 4×4×1, antialiased bicubic", "frechetDistance");
        JsonObject metrics = JsonParser.parseString(Files.readString(folder.resolve("extractor.json")))
                .getAsJsonObject()
                .getAsJsonObject("metrics");
        assertThat(metrics.keySet())
                .containsExactly("frechetDistance", "kernelDistance", "precision", "recall", "density", "coverage");
        assertThat(FeatureStatistics.read(statistics).dimension()).isEqualTo(4);
        // The samples against their own statistics.
        evaluate(network, samples, statistics.toString(), "--extractor-size=4x4");
        JsonObject own = JsonParser.parseString(Files.readString(folder.resolve("extractor.json")))
                .getAsJsonObject()
                .getAsJsonObject("metrics");
        assertThat(own.keySet()).containsExactly("frechetDistance");
        assertThat(own.get("frechetDistance").getAsDouble()).isLessThan(1e-9);
        assertThat(Cli.run("evaluate", "--statistics=x.npz").err())
                .contains("--statistics needs the features of --extractor FILE.onnx");
    }
}
