package scorefield.ncsn.sampler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import org.ejml.simple.SimpleEVD;
import org.ejml.simple.SimpleMatrix;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import scorefield.ncsn.data.Digits;
import scorefield.ncsn.data.Images;
import scorefield.ncsn.random.SplitMix;
import scorefield.ncsn.schedule.NoiseLevels;

/**
 * How far inpainting stays behind the true conditional distribution, where the data are a Gaussian with the covariance of digits at 8×8
 * pixels: all of it is linear then. With the hidden part h and the known part k, the score's matrix −Λ, Λ = (Σ + σ²I)⁻¹, and the known part
 * put to y + σz before every step, a step is
 *
 * <pre>
 * h ← h − (α/2)·(Λₕₕ·h + Λₕₖ·(y + σz)) + √α·z'
 * </pre>
 *
 * <p>so h stays M·y + noise of covariance S, against M* = ΣₕₖΣₖₖ⁻¹ and S* = Σₕₕ − ΣₕₖΣₖₖ⁻¹Σₖₕ. The mean over y of their squared Wasserstein
 * distance is tr (M − M*)Σₖₖ(M − M*)ᵀ + tr S + tr S* − 2·tr (S^½S*S^½)^½; it is told in shares of tr S*.
 *
 * <p>The numbers are those of {@code docs/theory.md}, section 11.
 */
class KnownPartLagTest {

    private static final int SIDE = 8;
    private static final int HIDDEN = 16;

    private static SimpleMatrix covariance;

    @BeforeAll
    static void cover() {
        Images digits = new Digits(1, SIDE, SIDE).generate(2000);
        SimpleMatrix pixels = new SimpleMatrix(digits.count(), digits.dimension());
        for (int n = 0; n < digits.count(); n++) {
            byte[] image = digits.image(n);
            for (int i = 0; i < image.length; i++) {
                pixels.set(n, i, (image[i] & 0xff) / 255.0);
            }
        }
        for (int i = 0; i < pixels.getNumCols(); i++) {
            SimpleMatrix column = pixels.getColumn(i);
            pixels.setColumn(i, column.minus(column.elementSum() / digits.count()));
        }
        covariance = pixels.transpose().mult(pixels).divide(digits.count() - 1.0);
    }

    /** Sixteen pixels at random: each has known ones beside it. */
    private static int[] scattered() {
        return Arrays.stream(new SplitMix(1, 0).permutation(SIDE * SIDE))
                .limit(HIDDEN)
                .sorted()
                .toArray();
    }

    /** The middle 4×4. */
    private static int[] hole() {
        return IntStream.range(0, SIDE * SIDE)
                .filter(i -> Math.abs(i / SIDE - 3.5) < 2 && Math.abs(i % SIDE - 3.5) < 2)
                .toArray();
    }

    @Test
    void fourTimesTheStepsLeaveAThirdOfIt() {
        for (int[] hidden : List.of(scattered(), hole())) {
            double few = lag(hidden, 3);
            assertThat(few).isBetween(0.13, 0.17);
            assertThat(lag(hidden, 12)).isCloseTo(0.05, within(0.005)).isLessThan(0.4 * few);
            // Not to 0 for any number of steps: a step's size is left, too.
            assertThat(lag(hidden, 48)).isCloseTo(0.025, within(0.005));
        }
    }

    /** The squared Wasserstein distance over the conditional variance, after 60 levels of so many steps and the denoising step. */
    private static double lag(int[] hidden, int steps) {
        int[] known = IntStream.range(0, SIDE * SIDE)
                .filter(i -> Arrays.binarySearch(hidden, i) < 0)
                .toArray();
        NoiseLevels levels = NoiseLevels.geometric(3.2, 0.01, 60);
        // The start is uniform.
        Chain chain = new Chain(
                new SimpleMatrix(HIDDEN, known.length),
                SimpleMatrix.identity(HIDDEN).scale(1.0 / 12));
        for (double sigma : levels.toList()) {
            SimpleMatrix precision = precision(sigma);
            for (int t = 0; t < steps; t++) {
                double alpha = 0.3 * sigma * sigma;
                chain = chain.moved(
                        part(precision, hidden, hidden), part(precision, hidden, known), sigma, alpha / 2, alpha);
            }
        }
        double smallest = levels.smallest();
        SimpleMatrix precision = precision(smallest);
        chain = chain.moved(
                part(precision, hidden, hidden), part(precision, hidden, known), smallest, smallest * smallest, 0);

        SimpleMatrix ofKnown = part(covariance, known, known);
        SimpleMatrix across = part(covariance, hidden, known);
        SimpleMatrix mean = across.mult(mapped(ofKnown, KnownPartLagTest::inverse));
        SimpleMatrix spread = part(covariance, hidden, hidden).minus(mean.mult(across.transpose()));
        SimpleMatrix apart = chain.mean().minus(mean);
        SimpleMatrix root = mapped(chain.spread(), KnownPartLagTest::root);
        double ofMeans = apart.mult(ofKnown).mult(apart.transpose()).trace();
        double ofSpreads = chain.spread().trace()
                + spread.trace()
                - 2
                        * mapped(root.mult(spread).mult(root), KnownPartLagTest::root)
                                .trace();
        return (ofMeans + ofSpreads) / spread.trace();
    }

    /**
     * What h is distributed as.
     *
     * @param mean M
     * @param spread S
     */
    private record Chain(SimpleMatrix mean, SimpleMatrix spread) {

        /** After h − along·(own·h + cross·(y + σz)) + √noise·z'. */
        Chain moved(SimpleMatrix own, SimpleMatrix cross, double sigma, double along, double noise) {
            SimpleMatrix identity = SimpleMatrix.identity(HIDDEN);
            SimpleMatrix keep = identity.minus(own.scale(along));
            SimpleMatrix drive = cross.scale(-along);
            return new Chain(
                    keep.mult(mean).plus(drive),
                    keep.mult(spread)
                            .mult(keep.transpose())
                            .plus(drive.mult(drive.transpose()).scale(sigma * sigma))
                            .plus(identity.scale(noise)));
        }
    }

    /** Λ. */
    private static SimpleMatrix precision(double sigma) {
        return covariance
                .plus(SimpleMatrix.identity(SIDE * SIDE).scale(sigma * sigma))
                .invert();
    }

    private static SimpleMatrix part(SimpleMatrix matrix, int[] rows, int[] columns) {
        SimpleMatrix part = new SimpleMatrix(rows.length, columns.length);
        for (int i = 0; i < rows.length; i++) {
            for (int j = 0; j < columns.length; j++) {
                part.set(i, j, matrix.get(rows[i], columns[j]));
            }
        }
        return part;
    }

    /** Pixels that are paper in all digits have no variance, and tell nothing. */
    private static double inverse(double eigenvalue) {
        return eigenvalue > 1e-12 ? 1 / eigenvalue : 0;
    }

    private static double root(double eigenvalue) {
        return Math.sqrt(Math.max(0, eigenvalue));
    }

    /** A function of a symmetric matrix: of its eigenvalues. */
    private static SimpleMatrix mapped(SimpleMatrix symmetric, DoubleUnaryOperator map) {
        // Rounding may have left the two halves different in the last bit.
        SimpleEVD<SimpleMatrix> eigen =
                symmetric.plus(symmetric.transpose()).scale(0.5).eig();
        SimpleMatrix mapped = new SimpleMatrix(symmetric.getNumRows(), symmetric.getNumRows());
        for (int k = 0; k < symmetric.getNumRows(); k++) {
            SimpleMatrix vector = eigen.getEigenVector(k);
            mapped = mapped.plus(vector.mult(vector.transpose())
                    .scale(map.applyAsDouble(eigen.getEigenvalue(k).getReal())));
        }
        return mapped;
    }
}
