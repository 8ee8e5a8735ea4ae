package scorefield.autodiff.op;

import java.util.List;
import scorefield.autodiff.Op;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;

/** The plain-Java implementation of {@link GroupNorm} and its two gradients: the statistics of every image's groups of channels. */
final class NormalisedGroups {

    private final int channels;
    private final int pixels;
    private final int groups;
    private final double[] x;
    private final double[] scale;
    private final double[] shift;
    private final double[] mean;
    private final double[] inverseDeviation;

    NormalisedGroups(Shape shape, int groups, double epsilon, double[] x, double[] scale, double[] shift) {
        this.channels = shape.dim(3);
        this.pixels = shape.dim(1) * shape.dim(2);
        this.groups = groups;
        this.x = x;
        this.scale = scale;
        this.shift = shift;
        this.mean = groupMeans(i -> x[i]);
        double[] variance = groupMeans(i -> Math.pow(x[i] - mean[group(i)], 2));
        this.inverseDeviation = new double[mean.length];
        for (int k = 0; k < mean.length; k++) {
            inverseDeviation[k] = 1 / Math.sqrt(variance[k] + epsilon);
        }
    }

    static void check(Op op, int groups, double epsilon, List<Tensor> inputs) {
        Shape x = inputs.get(0).shape();
        if (x.rank() != 4 || groups < 1 || x.dim(3) % groups != 0) {
            throw op.misfit("needs images N×H×W×C with C a multiple of " + groups + " groups", inputs);
        }
        if (!(epsilon >= 0)) {
            throw op.misfit("needs an epsilon of at least 0, not " + epsilon, inputs);
        }
        Shape perChannel = Shape.of(x.dim(3));
        if (!inputs.get(1).shape().equals(perChannel) || !inputs.get(2).shape().equals(perChannel)) {
            throw op.misfit("needs a scale and a shift for each channel", inputs);
        }
        if (inputs.size() > 3 && !inputs.get(3).shape().equals(x)) {
            throw op.misfit("needs a cotangent of the images' shape", inputs);
        }
    }

    interface Numbers {
        double at(int index);
    }

    /** The mean over each image's groups, N·groups numbers. */
    double[] groupMeans(Numbers numbers) {
        double[] sums = new double[x.length / pixels / channels * groups];
        for (int i = 0; i < x.length; i++) {
            sums[group(i)] += numbers.at(i);
        }
        int count = pixels * channels / groups;
        for (int k = 0; k < sums.length; k++) {
            sums[k] /= count;
        }
        return sums;
    }

    int channel(int i) {
        return i % channels;
    }

    int image(int i) {
        return i / channels / pixels;
    }

    int group(int i) {
        return image(i) * groups + channel(i) / (channels / groups);
    }

    double inverseDeviation(int i) {
        return inverseDeviation[group(i)];
    }

    /** x̂. */
    double normalised(int i) {
        return (x[i] - mean[group(i)]) * inverseDeviation(i);
    }

    /** u = x̂·scale + shift. */
    double affine(int i) {
        return normalised(i) * scale[channel(i)] + shift[channel(i)];
    }

    /** The cotangent of u, given that of the result. */
    double throughSilu(boolean silu, double g, int i) {
        if (!silu) {
            return g;
        }
        double u = affine(i);
        double s = sigmoid(u);
        return g * s * (1 + u * (1 - s));
    }

    static double sigmoid(double u) {
        return 1 / (1 + Math.exp(-u));
    }
}
