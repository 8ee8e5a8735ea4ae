package scorefield.ncsn.extractor;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import scorefield.ncsn.data.BadDataException;
import scorefield.ncsn.data.Images;
import scorefield.ncsn.evaluation.FeatureExtractor;
import scorefield.ncsn.file.Sha256;

/**
 * A network that ONNX Runtime runs on the processor. Its only input must be images, N×3×H×W or N×H×W×3 (or with 1 channel); its first output
 * is the features, whose axes after the first are flattened.
 */
final class OnnxExtractor implements FeatureExtractor {

    private static final int BATCH = 32;

    private final OrtEnvironment environment;
    private final OrtSession session;
    private final String input;
    private final Preprocessing preprocessing;
    private final boolean channelsFirst;
    private final int channels;
    private final int height;
    private final int width;
    /** How many images the network takes at once; one that states no number takes any. */
    private final int batch;

    private final String description;

    private OnnxExtractor(Path file, byte[] model, Preprocessing preprocessing) throws OrtException {
        environment = OrtEnvironment.getEnvironment();
        session = environment.createSession(model);
        if (session.getNumInputs() != 1) {
            throw new BadDataException(
                    file + ": has " + session.getNumInputs() + " inputs, but a feature extractor has one, the images");
        }
        NodeInfo first = session.getInputInfo().values().iterator().next();
        input = first.getName();
        this.preprocessing = preprocessing;
        long[] shape = first.getInfo() instanceof TensorInfo tensor ? tensor.getShape() : new long[0];
        channelsFirst = shape.length == 4 && (shape[1] == 1 || shape[1] == 3);
        if (shape.length != 4 || (!channelsFirst && shape[3] != 1 && shape[3] != 3)) {
            throw new BadDataException(file + ": its first input, " + input + ", has the shape "
                    + Arrays.toString(shape) + ", but images N×C×H×W or N×H×W×C with 1 or 3 channels are needed");
        }
        channels = (int) (channelsFirst ? shape[1] : shape[3]);
        height = extent(file, "height", preprocessing.height(), shape[channelsFirst ? 2 : 1]);
        width = extent(file, "width", preprocessing.width(), shape[channelsFirst ? 3 : 2]);
        batch = shape[0] > 0 ? (int) shape[0] : BATCH;
        description = file.getFileName() + ", SHA-256 " + Sha256.of(model).substring(0, 8) + "…, images " + height + "×"
                + width + "×" + channels + ", antialiased "
                + preprocessing.filter().name().toLowerCase(Locale.ROOT) + ", (x − "
                + numbers(preprocessing.mean()) + ")/" + numbers(preprocessing.deviation());
    }

    private static String numbers(List<Double> numbers) {
        return numbers.size() == 1 ? numbers.get(0).toString() : numbers.toString();
    }

    private static int extent(Path file, String which, int asked, long stated) {
        if (asked == 0 && stated <= 0) {
            throw new BadDataException(
                    file + ": does not state the " + which + " of its images; give --extractor-size HxW");
        }
        if (asked != 0 && stated > 0 && asked != stated) {
            throw new BadDataException(file + ": takes images with " + which + " " + stated + ", but " + asked
                    + " was asked for; leave --extractor-size out");
        }
        return asked == 0 ? (int) stated : asked;
    }

    /** Opens a network. */
    static FeatureExtractor open(Path file, Preprocessing preprocessing) throws IOException {
        byte[] model = Files.readAllBytes(file);
        try {
            return new OnnxExtractor(file, model, preprocessing);
        } catch (OrtException e) {
            throw new BadDataException(file + ": is not a network that ONNX Runtime can run: " + e.getMessage(), e);
        }
    }

    @Override
    public double[][] features(Images images) throws IOException {
        double[][] features = new double[images.count()][];
        int size = height * width * channels;
        for (int from = 0; from < images.count(); from += batch) {
            int first = from;
            int here = Math.min(batch, images.count() - from);
            float[] numbers = new float[batch * size]; // a network with a fixed batch gets a full one
            IntStream.range(0, here).parallel().forEach(i -> prepare(images, first + i, numbers, i * size));
            run(numbers, here, features, from);
        }
        return features;
    }

    private void run(float[] numbers, int here, double[][] features, int from) throws IOException {
        long[] shape = channelsFirst
                ? new long[] {batch, channels, height, width}
                : new long[] {batch, height, width, channels};
        try (OnnxTensor tensor = OnnxTensor.createTensor(environment, FloatBuffer.wrap(numbers), shape);
                OrtSession.Result result = session.run(Map.of(input, tensor))) {
            FloatBuffer output = ((OnnxTensor) result.get(0)).getFloatBuffer();
            int dimension = output.remaining() / batch;
            for (int i = 0; i < here; i++) {
                features[from + i] = new double[dimension];
                for (int k = 0; k < dimension; k++) {
                    features[from + i][k] = output.get(i * dimension + k);
                }
            }
        } catch (OrtException e) {
            throw new IOException("ONNX Runtime: " + e.getMessage(), e);
        }
    }

    /** Resizes and normalises an image; a grey one gets three equal channels, and of a colour one a grey network sees the mean. */
    private void prepare(Images images, int n, float[] numbers, int at) {
        float[] resized = images.resized(n, height, width, preprocessing.filter());
        int own = images.channels();
        for (int pixel = 0; pixel < height * width; pixel++) {
            for (int channel = 0; channel < channels; channel++) {
                float x = 0;
                if (channels < own) {
                    for (int c = 0; c < own; c++) {
                        x += resized[pixel * own + c] / own;
                    }
                } else {
                    x = resized[pixel * own + Math.min(channel, own - 1)];
                }
                double normal = (x - of(preprocessing.mean(), channel)) / of(preprocessing.deviation(), channel);
                int index = channelsFirst ? channel * height * width + pixel : pixel * channels + channel;
                numbers[at + index] = (float) normal;
            }
        }
    }

    private static double of(List<Double> numbers, int channel) {
        return numbers.get(Math.min(channel, numbers.size() - 1));
    }

    @Override
    public String description() {
        return description;
    }

    @Override
    public void close() throws IOException {
        try {
            session.close();
        } catch (OrtException e) {
            throw new IOException("ONNX Runtime: " + e.getMessage(), e);
        }
    }
}
