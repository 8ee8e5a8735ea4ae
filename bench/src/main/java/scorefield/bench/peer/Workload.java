package scorefield.bench.peer;

import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import scorefield.autodiff.Shape;
import scorefield.ncsn.network.Parameters;
import scorefield.ncsn.network.UNet;
import scorefield.ncsn.network.UNetSettings;

/**
 * A network and a batch that all peers compute with; the numbers are the same in every process.
 *
 * @param name the name on the command line, such as {@code grey28}; {@link #named} finds the workload by it
 * @param settings the size of the U-Net
 * @param batch N×H×W×C
 */
public record Workload(String name, UNetSettings settings, Shape batch) {

    /** Small enough for the reference device, with a change of channels, a pooling and an upsampling. */
    public static final Workload SMALL =
            new Workload("small", new UNetSettings(16, List.of(1, 2), 1), Shape.of(4, 8, 8, 3));

    /** The default network on 28×28 grey images. */
    public static final Workload GREY28 = new Workload("grey28", UNetSettings.defaults(), Shape.of(128, 28, 28, 1));

    /** The default network with 64 channels on 32×32 colour images. */
    public static final Workload COLOUR32 =
            new Workload("colour32", new UNetSettings(64, List.of(1, 2, 2), 2), Shape.of(64, 32, 32, 3));

    private static final List<Workload> ALL = List.of(SMALL, GREY28, COLOUR32);

    /** The form of {@link #grey}'s names. */
    private static final Pattern GREY = Pattern.compile("grey-c(\\d{1,4})-s(\\d{1,4})-n(\\d{1,4})");

    private static final double LEAST_SIGMA = 0.01;
    private static final double GREATEST_SIGMA = 10;

    /** The default network with another number of channels, on square grey images of any size and number. */
    public static Workload grey(int channels, int size, int images) {
        UNetSettings defaults = UNetSettings.defaults();
        return new Workload(
                "grey-c%d-s%d-n%d".formatted(channels, size, images),
                new UNetSettings(channels, defaults.multipliers(), defaults.blocks()),
                Shape.of(images, size, size, 1));
    }

    /** The workload with this name, such as {@code grey28}, or {@code grey-c48-s28-n16} of {@link #grey}. */
    public static Workload named(String name) {
        Matcher grey = GREY.matcher(name);
        if (grey.matches()) {
            return grey(
                    Integer.parseInt(grey.group(1)), Integer.parseInt(grey.group(2)), Integer.parseInt(grey.group(3)));
        }
        return ALL.stream()
                .filter(workload -> workload.name.equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no workload '" + name + "'; there are "
                        + ALL.stream().map(Workload::name).collect(Collectors.joining(", "))
                        + ", and grey-cCHANNELS-sSIZE-nIMAGES"));
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
        return name;
    }
}
