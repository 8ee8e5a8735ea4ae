package scorefield.ncsn.classifier;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import scorefield.autodiff.DType;
import scorefield.autodiff.Device;
import scorefield.autodiff.Executable;
import scorefield.autodiff.Program;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;
import scorefield.ncsn.data.Images;
import scorefield.ncsn.file.Array;
import scorefield.ncsn.file.BadFileException;
import scorefield.ncsn.file.Json;
import scorefield.ncsn.file.Safetensors;
import scorefield.ncsn.file.Sha256;
import scorefield.ncsn.network.ClassifierNetwork;
import scorefield.ncsn.network.Parameter;
import scorefield.ncsn.network.Parameters;

/**
 * A trained classifier of images.
 *
 * @param network its shape
 * @param weights all parameters in one flat vector
 * @param accuracy the share of the held-out images that it classifies correctly
 * @param heldOut how many images of its data set it was not trained on
 */
public record Classifier(ClassifierNetwork network, float[] weights, double accuracy, int heldOut) {

    private static final String DESCRIPTION = "scorefield.classifier";
    private static final String ACCURACY = "scorefield.accuracy";
    private static final String HELD_OUT = "scorefield.held-out";

    /** Images that are looked at together. */
    private static final int BATCH = 128;

    /**
     * Its outputs for N images.
     *
     * @param features N×F
     * @param classes for each image the most probable class
     * @param confidence the probability of that class, N
     */
    public record Seen(double[][] features, int[] classes, double[] confidence) {

        /** The rows with these numbers. */
        public Seen select(int... rows) {
            return new Seen(
                    Arrays.stream(rows).mapToObj(i -> features[i]).toArray(double[][]::new),
                    Arrays.stream(rows).map(i -> classes[i]).toArray(),
                    Arrays.stream(rows).mapToDouble(i -> confidence[i]).toArray());
        }
    }

    /** The SHA-256 of its weights in hexadecimal: features, and all that is measured by them, can be compared where this is the same. */
    public String sha256() {
        ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * weights.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(weights);
        return Sha256.of(bytes.array());
    }

    /** Applies the network to images of its shape. */
    public Seen see(Device device, Images images) {
        if (!images.sample().equals(network.sample())) {
            throw new IllegalArgumentException(
                    "the classifier takes images " + network.sample() + ", but these are " + images);
        }
        Tensor flat = Tensor.variable("classifier", Shape.of(weights.length));
        Tensor bytes = Tensor.input("images", network.sample().times(BATCH), DType.BYTE);
        ClassifierNetwork.Outputs outputs = network.apply(network.parameters().weights(flat), numbers(bytes));
        double[][] features = new double[images.count()][];
        int[] classes = new int[images.count()];
        double[] confidence = new double[images.count()];
        device.write(flat, Values.of(flat.shape(), weights));
        try (Executable executable = device.compile(
                Program.fetching(outputs.features(), outputs.logits().softmax(1)))) {
            for (int from = 0; from < images.count(); from += BATCH) {
                int here = Math.min(BATCH, images.count() - from);
                byte[] batch = Arrays.copyOf(images.slice(from, from + here).bytes(), BATCH * images.dimension());
                List<Values> results = executable.run(Map.of(bytes, Values.of(bytes.shape(), batch)));
                double[] all = results.get(0).doubles();
                double[] probabilities = results.get(1).doubles();
                for (int i = 0; i < here; i++) {
                    features[from + i] = Arrays.copyOfRange(all, i * network.features(), (i + 1) * network.features());
                    int own = i * network.classes();
                    classes[from + i] = greatest(probabilities, own, network.classes());
                    confidence[from + i] = probabilities[own + classes[from + i]];
                }
            }
        }
        return new Seen(features, classes, confidence);
    }

    /** Bytes as this network takes them, in training and afterwards: b/255. */
    static Tensor numbers(Tensor bytes) {
        return bytes.toFloat().times(1.0 / 255);
    }

    private static int greatest(double[] numbers, int from, int length) {
        int greatest = 0;
        for (int k = 1; k < length; k++) {
            greatest = numbers[from + k] > numbers[from + greatest] ? k : greatest;
        }
        return greatest;
    }

    /** Writes it as a safetensors file, whole or not at all, the parameters under PyTorch's names and in its layouts. */
    void write(Path path) throws IOException {
        Map<String, Array> arrays = new LinkedHashMap<>();
        Parameters parameters = network.parameters();
        for (Parameter parameter : parameters.list()) {
            arrays.put(
                    parameter.name(),
                    Array.of(
                            parameters.toDisk(parameter, weights),
                            parameter.diskShape().dims()));
        }
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put(DESCRIPTION, network.description());
        metadata.put(ACCURACY, Double.toString(accuracy));
        metadata.put(HELD_OUT, Integer.toString(heldOut));
        Safetensors.of(metadata, arrays).write(path);
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @throws BadFileException if it is damaged, or of another network
     */
    static Classifier read(Path path, ClassifierNetwork network) throws IOException {
        Safetensors file = Safetensors.readChecksummed(path);
        try {
            return of(file, network);
        } catch (BadFileException e) {
            throw new BadFileException(
                    path + ": " + e.getMessage() + "; remove the file, and the classifier is trained again", e);
        }
    }

    private static Classifier of(Safetensors file, ClassifierNetwork network) {
        String description = file.metadata().get(DESCRIPTION);
        if (!network.description().equals(description)) {
            throw new BadFileException("holds " + description + ", not " + network.description());
        }
        Parameters parameters = network.parameters();
        float[] weights = new float[parameters.size()];
        for (Parameter parameter : parameters.list()) {
            Array numbers = file.array(
                    parameter.name(), Array.Type.F32, parameter.diskShape().dims());
            parameters.fromDisk(parameter, numbers.floats(), weights);
        }
        Json accuracy = metadata(file, ACCURACY);
        Json heldOut = metadata(file, HELD_OUT);
        return new Classifier(network, weights, accuracy.number(0), (int) heldOut.whole(0, Integer.MAX_VALUE));
    }

    private static Json metadata(Safetensors file, String name) {
        String text = file.metadata().get(name);
        if (text == null) {
            throw new BadFileException("its metadata lacks " + name);
        }
        return Json.parse(text, "its metadata " + name, "it is not as it was written");
    }

    /** The share of labelled images that it classifies correctly. */
    public double accuracy(Seen seen, Images images) {
        int right = 0;
        for (int i = 0; i < images.count(); i++) {
            right += seen.classes()[i] == images.label(i) ? 1 : 0;
        }
        return (double) right / images.count();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Classifier that && sha256().equals(that.sha256());
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(weights);
    }

    @Override
    public String toString() {
        return network.description() + ", SHA-256 " + sha256().substring(0, 8) + "…";
    }
}
