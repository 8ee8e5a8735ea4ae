package scorefield.bench.peer;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Collectors;
import scorefield.autodiff.Shape;
import scorefield.ncsn.network.Parameters;
import scorefield.ncsn.network.UNet;
import scorefield.ncsn.network.UNetSettings;

/** A network and a batch that all peers compute with; the numbers are the same in every process. */
public enum Workload {
    /** Small enough for the reference device, with a change of channels, a pooling and an upsampling. */
    SMALL(new UNetSettings(16, List.of(1, 2), 1), 8, 8, 3, 4),
    /** The default network on 28×28 grey images. */
    GREY28(UNetSettings.defaults(), 28, 28, 1, 128),
    /** The default network with 64 channels on 32×32 colour images. */
    COLOUR32(new UNetSettings(64, List.of(1, 2, 2), 2), 32, 32, 3, 64);

    private static final double LEAST_SIGMA = 0.01;
    private static final double GREATEST_SIGMA = 10;

    private final UNetSettings settings;
    private final Shape batch;

    Workload(UNetSettings settings, int height, int width, int channels, int images) {
        this.settings = settings;
        this.batch = Shape.of(images, height, width, channels);
    }

    /** The workload with this name, such as {@code grey28}. */
    public static Workload named(String name) {
        return Arrays.stream(values())
                .filter(workload -> workload.toString().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no workload '" + name + "'; there are "
                        + Arrays.stream(values()).map(Workload::toString).collect(Collectors.joining(", "))));
    }

    /** The size of the U-Net. */
    public UNetSettings settings() {
        return settings;
    }

    /** N×H×W×C. */
    public Shape batch() {
        return batch;
    }

    /** The number of images in a batch. */
    public int images() {
        return batch.dim(0);
    }

    /** The network. */
    public UNet network() {
        return new UNet(settings, batch.dim(1), batch.dim(2), batch.dim(3));
    }

    /** The name in the document. */
    public String description() {
        return "U-Net c = %d, %d×%d×%d, batch %d"
                .formatted(settings.channels(), batch.dim(1), batch.dim(2), batch.dim(3), batch.dim(0));
    }

    /** The numbers to compute with. */
    public Numbers numbers() {
        return numbers(network().parameters());
    }

    private Numbers numbers(Parameters parameters) {
        Random random = new Random(20240521);
        float[] weights = parameters.initial(1);
        for (int i = 0; i < weights.length; i++) {
            // With zero weights, the gradients of all earlier layers would be zero too.
            weights[i] += (float) (0.03 * random.nextGaussian());
        }
        float[] x = new float[batch.size()];
        float[] z = new float[batch.size()];
        for (int i = 0; i < x.length; i++) {
            x[i] = random.nextFloat();
            z[i] = (float) random.nextGaussian();
        }
        float[] sigma = new float[images()];
        for (int i = 0; i < sigma.length; i++) {
            sigma[i] = (float) (LEAST_SIGMA * Math.pow(GREATEST_SIGMA / LEAST_SIGMA, random.nextDouble()));
        }
        return new Numbers(weights, x, sigma, z);
    }

    /**
     * The inputs of a step.
     *
     * @param parameters in the network's flat order
     * @param x clean images, N×H×W×C
     * @param sigma their noise levels, N
     * @param z noise, N×H×W×C
     */
    public record Numbers(float[] parameters, float[] x, float[] sigma, float[] z) {}

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
