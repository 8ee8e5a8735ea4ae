package scorefield.kernels.groupnorm;

import java.util.Arrays;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.op.GroupNormInputGradient;
import scorefield.kernels.family.Rounding;

/** Sums over a group with arithmetic before and after: errors of that size in all it reads, and a few units in what comes out. */
final class GroupNormRounding implements Rounding {

    @Override
    public double ofInputs(Tensor node) {
        return Math.sqrt(node.input(0).shape().range(1, 4)) * U;
    }

    @Override
    public double[] ofResults(Tensor node, double[][] in, double[] result) {
        double largest = largest(result);
        if (node.op() instanceof GroupNormInputGradient gradient) {
            // h − mean(h) − … is the difference of larger numbers: of nothing but those where a group has one element.
            double h = largest(in[1]) * largest(in[3]);
            double variance = leastVariance(node.input(0).shape(), gradient.groups(), in[0]);
            largest = Math.max(largest, h / Math.sqrt(variance + gradient.epsilon()));
        }
        double[] errors = new double[result.length];
        Arrays.fill(errors, FEW * U * largest);
        return errors;
    }

    private static double largest(double[] numbers) {
        return Arrays.stream(numbers).map(Math::abs).max().orElseThrow();
    }

    /** The least variance of any group of any image. */
    private static double leastVariance(Shape images, int groups, double[] numbers) {
        int pixels = images.dim(1) * images.dim(2);
        int channels = images.dim(3) / groups;
        double least = Double.POSITIVE_INFINITY;
        for (int n = 0; n < images.dim(0); n++) {
            for (int group = 0; group < groups; group++) {
                double[] members = new double[pixels * channels];
                for (int i = 0; i < members.length; i++) {
                    int pixel = n * pixels + i / channels;
                    members[i] = numbers[pixel * images.dim(3) + group * channels + i % channels];
                }
                least = Math.min(least, variance(members));
            }
        }
        return least;
    }

    private static double variance(double[] numbers) {
        double mean = Arrays.stream(numbers).sum() / numbers.length;
        return Arrays.stream(numbers).map(x -> (x - mean) * (x - mean)).sum() / numbers.length;
    }
}
