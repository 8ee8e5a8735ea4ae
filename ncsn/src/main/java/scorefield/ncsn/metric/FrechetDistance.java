package scorefield.ncsn.metric;

import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;

/**
 * The Fréchet distance between features of samples and of a reference (M. Heusel et al., "GANs Trained by a Two Time-Scale Update Rule
 * Converge to a Local Nash Equilibrium", 2017, arXiv 1706.08500, eq. 6), that is, the squared 2-Wasserstein distance between the Gaussians
 * that have their means and covariances (D. Dowson, B. Landau, "The Fréchet distance between multivariate normal distributions", 1982):
 *
 * <pre>
 * d² = ‖μ₁ − μ₂‖² + tr Σ₁ + tr Σ₂ − 2·tr (Σ₁^½ Σ₂ Σ₁^½)^½
 * </pre>
 *
 * <p>The last trace is computed as the sum of the square roots of the eigenvalues of a symmetric matrix, which are real, unlike numerical
 * square roots of Σ₁Σ₂. The published "FID" takes its features from a network trained on ImageNet. Other features give other numbers, and
 * only numbers with the same features can be compared.
 *
 * <p>The estimate is too large by about c/n, because the mean and covariance of n samples differ from those of the distribution (M. Chong,
 * D. Forsyth, "Effectively Unbiased FID and Inception Score", 2020). So numbers with different n cannot be compared either.
 */
public final class FrechetDistance {

    private final GaussianFit reference;
    private final DMatrixRMaj root;
    private final int m;

    /** The distance from a reference, m×D. */
    public FrechetDistance(double[][] reference) {
        if (reference.length < 2) {
            throw new IllegalArgumentException("a covariance needs at least 2 points; got " + reference.length);
        }
        this.reference = GaussianFit.of(reference);
        this.root = root(matrix(this.reference.covariance()));
        this.m = reference.length;
    }

    /** The squared distance d² of two Gaussians, in double precision; such as of statistics that others published. */
    public static double between(GaussianFit one, GaussianFit other) {
        if (one.dimension() != other.dimension()) {
            throw new IllegalArgumentException(
                    "both means must have the same dimension; got " + one.dimension() + " and " + other.dimension());
        }
        return Math.max(0, new FrechetDistance(other, 0).squared(one));
    }

    private FrechetDistance(GaussianFit reference, int m) {
        this.reference = reference;
        this.root = root(matrix(reference.covariance()));
        this.m = m;
    }

    /** The squared distance d² of samples, n×D, from the reference. */
    public Measurement measure(double[][] samples, Jackknife jackknife) {
        // One more than a covariance needs, because the jackknife leaves out at least one sample.
        requireEnough(samples, 3);
        return jackknife
                .measure(samples.length, m, kept -> squared(GaussianFit.of(Jackknife.select(samples, kept))))
                .atLeastZero();
    }

    /** The same without an interval. */
    public double squared(double[][] samples) {
        requireEnough(samples, 2);
        return Math.max(0, squared(GaussianFit.of(samples)));
    }

    private void requireEnough(double[][] samples, int least) {
        Rows.requireComparable(samples, new double[][] {reference.mean()}, 1);
        if (samples.length < least) {
            throw new IllegalArgumentException(
                    "a covariance needs at least " + least + " points here; got " + samples.length);
        }
    }

    /** d² of the Gaussian with this mean and covariance. */
    double squared(GaussianFit fit) {
        int d = reference.dimension();
        double squared = 0;
        for (int k = 0; k < d; k++) {
            double difference = fit.mean()[k] - reference.mean()[k];
            squared +=
                    difference * difference + fit.covariance()[k][k] + reference.covariance()[k][k];
        }
        DMatrixRMaj left = new DMatrixRMaj(d, d);
        DMatrixRMaj product = new DMatrixRMaj(d, d);
        CommonOps_DDRM.mult(root, matrix(fit.covariance()), left);
        CommonOps_DDRM.mult(left, root, product);
        EigenDecomposition_F64<DMatrixRMaj> eigen = eigen(product, false);
        for (int k = 0; k < d; k++) {
            squared -= 2 * Math.sqrt(nonNegative(eigen.getEigenvalue(k).real));
        }
        return squared;
    }

    /** Σ^½ = V·diag(√λ)·Vᵀ. */
    private static DMatrixRMaj root(DMatrixRMaj covariance) {
        int d = covariance.numRows;
        EigenDecomposition_F64<DMatrixRMaj> eigen = eigen(covariance, true);
        DMatrixRMaj root = new DMatrixRMaj(d, d);
        for (int k = 0; k < d; k++) {
            DMatrixRMaj vector = eigen.getEigenVector(k);
            CommonOps_DDRM.multAddTransB(Math.sqrt(nonNegative(eigen.getEigenvalue(k).real)), vector, vector, root);
        }
        return root;
    }

    /** A covariance has no negative eigenvalues, but rounding may make an eigenvalue of 0 negative. */
    private static double nonNegative(double eigenvalue) {
        return Math.max(0, eigenvalue);
    }

    private static EigenDecomposition_F64<DMatrixRMaj> eigen(DMatrixRMaj symmetric, boolean vectors) {
        int d = symmetric.numRows;
        // Rounding may have made the two triangles different in the last bit.
        for (int i = 0; i < d; i++) {
            for (int j = 0; j < i; j++) {
                double mean = (symmetric.get(i, j) + symmetric.get(j, i)) / 2;
                symmetric.set(i, j, mean);
                symmetric.set(j, i, mean);
            }
        }
        EigenDecomposition_F64<DMatrixRMaj> eigen = DecompositionFactory_DDRM.eig(d, vectors, true);
        if (!eigen.decompose(symmetric)) {
            throw new IllegalStateException("the eigenvalues of a " + d + "×" + d
                    + " covariance were not found: are all features finite numbers?");
        }
        return eigen;
    }

    private static DMatrixRMaj matrix(double[][] rows) {
        return new DMatrixRMaj(rows);
    }
}
