package scorefield.ncsn.onnx;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import onnx.Onnx.ModelProto;
import onnx.Onnx.OperatorSetIdProto;
import onnx.Onnx.StringStringEntryProto;
import scorefield.autodiff.DType;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;
import scorefield.ncsn.Version;
import scorefield.ncsn.file.AtomicFile;
import scorefield.ncsn.network.ScoreNetwork;
import scorefield.ncsn.network.Weights;
import scorefield.ncsn.run.Run;
import scorefield.ncsn.schedule.NoiseLevels;

/**
 * A score network as an ONNX model (onnx.ai; IR version 8, opset 17), which ONNX Runtime and other programs run.
 *
 * <table>
 * <caption>Inputs and output; the batch size N is free</caption>
 * <tr><td>{@code x}</td><td>float32, N×H×W×C: images in [0, 1] plus noise; N×D: points plus noise</td></tr>
 * <tr><td>{@code sigma}</td><td>float32, N: each sample's noise level</td></tr>
 * <tr><td>{@code labels}</td><td>int64, N, of a class-conditional network: each from 0 to K−1, or K for the null class</td></tr>
 * <tr><td>{@code score} or {@code denoised}</td><td>float32, of x's shape</td></tr>
 * </table>
 *
 * <p>The model's metadata say what a sampler needs: {@code sigma_max}, {@code sigma_min}, {@code levels}, {@code classes}.
 */
public final class OnnxExport {

    /** IR version 8 of ONNX 1.12, the first with opset 17. */
    private static final int IR_VERSION = 8;

    /** What a file of Protocol Buffers can hold: 2 GiB, of which the nodes need a part. */
    private static final long MOST_PARAMETERS = (Integer.MAX_VALUE - (1L << 26)) / Float.BYTES;

    /** What the model computes. */
    public enum Output {
        /** s(x, σ) = ∇ₓ log p_σ(x). */
        SCORE("score"),
        /** The mean of the clean samples that may have become x: D(x, σ) = x + σ²·s(x, σ) (Tweedie; Efron 2011). */
        DENOISER("denoised");

        private final String name;

        Output(String name) {
            this.name = name;
        }

        Tensor of(Tensor score, Tensor x, Tensor sigma) {
            if (this == SCORE) {
                return score;
            }
            return x.plus(score.times(sigma.reshape(x.shape().perSample()).square()));
        }
    }

    private OnnxExport() {}

    /**
     * Writes a run's network with the moving average of its parameters.
     *
     * @throws IllegalArgumentException if the model would be larger than the 2 GiB that a file of Protocol Buffers can hold
     */
    public static void write(Path file, Run run, Output output) throws IOException {
        NoiseLevels levels = run.noiseLevels();
        Map<String, String> properties = new LinkedHashMap<>();
        properties.put("sigma_max", Double.toString(levels.largest()));
        properties.put("sigma_min", Double.toString(levels.smallest()));
        properties.put("levels", Integer.toString(levels.count()));
        if (run.network().classes() > 0) {
            properties.put("classes", String.join("\n", run.checkpoint().data().classes()));
        }
        ModelProto model = model(run.network(), run.checkpoint().state().average(), output, properties);
        AtomicFile.write(file, channel -> {
            OutputStream out = Channels.newOutputStream(channel);
            model.writeTo(out);
            out.flush();
        });
    }

    /**
     * A network as a model.
     *
     * @param parameters FLOAT[P], as they lie in the network's flat vector
     * @param properties the model's metadata
     * @throws IllegalArgumentException if the network contains an op that has neither a form in ONNX nor a lowering, if its graph depends on
     *     the batch size otherwise than in its extents, or if the model would be larger than 2 GiB
     */
    public static ModelProto model(
            ScoreNetwork network, float[] parameters, Output output, Map<String, String> properties) {
        if (parameters.length > MOST_PARAMETERS) {
            throw new IllegalArgumentException("an ONNX file holds at most " + MOST_PARAMETERS
                    + " parameters, since Protocol Buffers end at 2 GiB; the network has " + parameters.length);
        }
        Values numbers = Values.of(Shape.of(parameters.length), parameters);
        ModelProto.Builder model = ModelProto.newBuilder()
                .setIrVersion(IR_VERSION)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(OnnxOps.OPSET))
                .setProducerName("scorefield")
                .setProducerVersion(Version.number())
                .setGraph(OnnxGraph.of(
                        output.name().toLowerCase(Locale.ROOT),
                        output.name,
                        batch -> build(network, numbers, output, batch)));
        properties.forEach((key, value) -> model.addMetadataProps(
                StringStringEntryProto.newBuilder().setKey(key).setValue(value)));
        return model.build();
    }

    private static OnnxGraph.Built build(ScoreNetwork network, Values parameters, Output output, int batch) {
        Weights weights = network.parameters().weights(Tensor.constant(parameters));
        Tensor x = Tensor.input("x", network.sample().times(batch));
        Tensor sigma = Tensor.input("sigma", Shape.of(batch));
        List<Tensor> inputs = new ArrayList<>(List.of(x, sigma));
        Tensor score;
        if (network.classes() == 0) {
            score = network.score(weights, x, sigma);
        } else {
            Tensor labels = Tensor.input("labels", Shape.of(batch), DType.INT);
            inputs.add(labels);
            score = network.score(weights, x, sigma, labels);
        }
        return new OnnxGraph.Built(inputs, output.of(score, x, sigma));
    }
}
