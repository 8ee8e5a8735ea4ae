package scorefield.ncsn.distribution;

import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;
import scorefield.ncsn.random.SplitMix;

/**
 * N(μ, Σ) in D dimensions, with any positive definite Σ, in double precision.
 *
 * <p>The covariance is kept as its eigen-decomposition Σ = U·diag(λ)·Uᵀ. In the coordinates y = Uᵀ(x − μ) everything is a sum over
 * independent dimensions, and adding N(0, σ²I) only adds σ² to each λ: one decomposition serves every noise level.
 */
public final class Gaussian {

    private final double[] mean;
    /** λ. */
    private final double[] variances;
    /** Uᵀ: row j is the unit eigenvector of λ[j]. */
    private final double[][] axes;

    /** Takes the arrays as they are. */
    private Gaussian(double[] mean, double[] variances, double[][] axes) {
        this.mean = mean;
        this.variances = variances;
        this.axes = axes;
    }

    /**
     * N(mean, covariance).
     *
     * @param mean μ, D numbers
     * @param covariance Σ, D×D, symmetric and positive definite
     */
    public static Gaussian of(double[] mean, double[][] covariance) {
        int d = mean.length;
        requireFinite("the mean", mean);
        requireSymmetric(covariance, d);
        // EJML overwrites the matrix that it decomposes, so it gets a copy.
        EigenDecomposition_F64<DMatrixRMaj> eigen = DecompositionFactory_DDRM.eig(d, true, true);
        if (!eigen.decompose(new DMatrixRMaj(covariance))) {
            throw new ArithmeticException("the eigenvalues of a " + d + "×" + d + " covariance did not converge");
        }
        double[] variances = new double[d];
        double[][] axes = new double[d][];
        double largest = 0;
        double smallest = Double.POSITIVE_INFINITY;
        for (int j = 0; j < d; j++) {
            variances[j] = eigen.getEigenvalue(j).getReal();
            axes[j] = eigen.getEigenVector(j).getData();
            largest = Math.max(largest, variances[j]);
            smallest = Math.min(smallest, variances[j]);
        }
        // Eigenvalues have rounding errors relative to the largest one; below that, the sign is arbitrary.
        if (!(smallest > d * Math.ulp(largest))) {
            throw new IllegalArgumentException("a covariance must be positive definite; its eigenvalues range from "
                    + smallest + " to " + largest + ", so increase the variance in some direction");
        }
        return new Gaussian(mean.clone(), variances, axes);
    }

    /** N(mean, deviation²·I). */
    public static Gaussian isotropic(double[] mean, double deviation) {
        requireFinite("the mean", mean);
        if (!(deviation > 0 && Double.isFinite(deviation * deviation))) {
            throw new IllegalArgumentException("a standard deviation must be positive and finite; got " + deviation);
        }
        int d = mean.length;
        double[] variances = new double[d];
        double[][] axes = new double[d][d];
        for (int j = 0; j < d; j++) {
            variances[j] = deviation * deviation;
            axes[j][j] = 1;
        }
        return new Gaussian(mean.clone(), variances, axes);
    }

    private static void requireFinite(String what, double[] numbers) {
        if (numbers.length == 0) {
            throw new IllegalArgumentException(what + " must have at least one number; got none");
        }
        for (int i = 0; i < numbers.length; i++) {
            if (!Double.isFinite(numbers[i])) {
                throw new IllegalArgumentException(what + " must be finite; number " + i + " is " + numbers[i]);
            }
        }
    }

    private static void requireSymmetric(double[][] covariance, int d) {
        if (covariance.length != d) {
            throw new IllegalArgumentException("a mean of " + d + " numbers needs a " + d + "×" + d
                    + " covariance; got " + covariance.length + " rows");
        }
        for (int i = 0; i < d; i++) {
            if (covariance[i].length != d) {
                throw new IllegalArgumentException("every row of a " + d + "×" + d + " covariance must have " + d
                        + " numbers; row " + i + " has " + covariance[i].length);
            }
            requireFinite("row " + i + " of a covariance", covariance[i]);
        }
        for (int i = 0; i < d; i++) {
            for (int j = 0; j < i; j++) {
                // |Σij| ≤ √(Σii·Σjj), so rounding errors are relative to this bound.
                double scale = Math.sqrt(Math.abs(covariance[i][i] * covariance[j][j]));
                if (Math.abs(covariance[i][j] - covariance[j][i]) > 1e-12 * scale) {
                    throw new IllegalArgumentException(
                            "a covariance must be symmetric; row " + i + ", column " + j + " is " + covariance[i][j]
                                    + " and row " + j + ", column " + i + " is " + covariance[j][i]);
                }
            }
        }
    }

    /** D. */
    public int dimension() {
        return mean.length;
    }

    /** μ: a copy. */
    public double[] mean() {
        return mean.clone();
    }

    /** Σ = U·diag(λ)·Uᵀ, D×D. */
    public double[][] covariance() {
        int d = dimension();
        double[][] covariance = new double[d][d];
        for (int i = 0; i < d; i++) {
            for (int k = 0; k <= i; k++) {
                double sum = 0;
                for (int j = 0; j < d; j++) {
                    sum += axes[j][i] * variances[j] * axes[j][k];
                }
                covariance[i][k] = sum;
                covariance[k][i] = sum;
            }
        }
        return covariance;
    }

    /** λ, the variance along each principal axis: a copy. */
    double[] variances() {
        return variances.clone();
    }

    /** Number {@code i} of the unit vector along principal axis {@code j}. */
    double axis(int j, int i) {
        return axes[j][i];
    }

    /** After adding N(0, σ²I): N(μ, Σ + σ²I). */
    public Gaussian perturbed(double sigma) {
        requireNoise(sigma);
        double[] wider = new double[dimension()];
        for (int j = 0; j < wider.length; j++) {
            wider[j] = variances[j] + sigma * sigma;
        }
        return new Gaussian(mean, wider, axes);
    }

    static void requireNoise(double sigma) {
        if (!(sigma >= 0 && Double.isFinite(sigma * sigma))) {
            throw new IllegalArgumentException("a noise level must be finite and not negative; got " + sigma);
        }
    }

    /** log p(x) = −½·(Σⱼ yⱼ²/λⱼ + log λⱼ + log 2π). */
    public double logDensity(double[] x) {
        double[] y = along(x);
        double sum = 0;
        for (int j = 0; j < y.length; j++) {
            sum += y[j] * y[j] / variances[j] + Math.log(2 * Math.PI * variances[j]);
        }
        return -sum / 2;
    }

    /** The score ∇ₓ log p(x) = −Σ⁻¹(x − μ). */
    public double[] score(double[] x) {
        double[] y = along(x);
        double[] score = new double[y.length];
        for (int j = 0; j < y.length; j++) {
            double pull = -y[j] / variances[j];
            for (int i = 0; i < y.length; i++) {
                score[i] += pull * axes[j][i];
            }
        }
        return score;
    }

    /** The trace of the score's Jacobian, −tr Σ⁻¹: the same everywhere. */
    public double jacobianTrace() {
        double sum = 0;
        for (double variance : variances) {
            sum -= 1 / variance;
        }
        return sum;
    }

    /** One exact sample: μ + U·diag(√λ)·z with z standard normal. */
    double[] draw(SplitMix random) {
        double[] x = mean.clone();
        for (int j = 0; j < x.length; j++) {
            double step = StrictMath.sqrt(variances[j]) * random.normal();
            for (int i = 0; i < x.length; i++) {
                x[i] += step * axes[j][i];
            }
        }
        return x;
    }

    /** y = Uᵀ(x − μ). */
    private double[] along(double[] x) {
        if (x.length != mean.length) {
            throw new IllegalArgumentException(
                    "a point must have one number for each of " + mean.length + " dimensions; got " + x.length);
        }
        double[] y = new double[x.length];
        for (int j = 0; j < y.length; j++) {
            for (int i = 0; i < x.length; i++) {
                y[j] += axes[j][i] * (x[i] - mean[i]);
            }
        }
        return y;
    }
}
