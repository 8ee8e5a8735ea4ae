package scorefield.ncsn.distribution;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Random mixtures for property tests. */
final class RandomMixtures {

    private RandomMixtures() {}

    /** Means within [−2, 2], weights from 0.2 to 1 before they are divided by their sum, variances of at least 0.2. */
    static GaussianMixture of(Random random, int dimension, int components) {
        double[] weights = new double[components];
        List<Gaussian> gaussians = new ArrayList<>();
        for (int k = 0; k < components; k++) {
            weights[k] = 0.2 + 0.8 * random.nextDouble();
            gaussians.add(Gaussian.of(point(random, dimension, 2), covariance(random, dimension)));
        }
        return GaussianMixture.of(weights, gaussians);
    }

    /** 0.2·I + A·Aᵀ. */
    private static double[][] covariance(Random random, int d) {
        double[][] a = new double[d][d];
        for (double[] row : a) {
            Arrays.setAll(row, i -> 0.5 * random.nextGaussian());
        }
        double[][] covariance = new double[d][d];
        for (int i = 0; i < d; i++) {
            for (int j = 0; j < d; j++) {
                for (int k = 0; k < d; k++) {
                    covariance[i][j] += a[i][k] * a[j][k];
                }
            }
            covariance[i][i] += 0.2;
        }
        return covariance;
    }

    /** Uniform on [−reach, reach]ᴰ. */
    static double[] point(Random random, int d, double reach) {
        double[] point = new double[d];
        Arrays.setAll(point, i -> reach * (2 * random.nextDouble() - 1));
        return point;
    }
}
