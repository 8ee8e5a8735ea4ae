package scorefield.autodiff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Compares a scalar's gradients with finite differences, in double precision.
 *
 * <p>Along a direction d, the central difference D(h) = (f(x+hd) − f(x−hd))/2h is off by c₂h² + c₄h⁴ + …. Richardson's extrapolation over
 * h, h/2 and h/4 removes the first two terms, so that a step as large as 1/128 leaves an error of order h⁶ while rounding errors, of order
 * 2⁻⁵²·|f|/h, stay some 1e-13 of the function. The last correction bounds what is left: the check insists that it is ten times below
 * the tolerance, so that an inaccurate finite difference decides nothing.
 *
 * <p>Every input is perturbed in one random direction, which sees any wrong element at any size (as JAX's test utilities do); where
 * there are few elements, each is perturbed by itself too.
 */
final class GradientCheck {

    private static final double TOLERANCE = 1e-6;
    private static final double STEP = 1.0 / 128;
    /** Up to this number of elements, each is checked by itself. */
    private static final int FEW = 64;

    private final String what;
    private final Tensor scalar;
    private final List<Tensor> wrt;
    private final Map<Tensor, Values> feeds;
    private final Random random = new Random(7);

    private GradientCheck(String what, Tensor scalar, List<Tensor> wrt, Map<Tensor, Values> feeds) {
        this.what = what;
        this.scalar = scalar;
        this.wrt = wrt;
        this.feeds = feeds;
    }

    /**
     * Insists that the gradient of a scalar is right to a relative error of 1e-6.
     *
     * @param what for the error
     * @param wrt inputs, each of them fed
     */
    static void check(String what, Tensor scalar, List<Tensor> wrt, Map<Tensor, Values> feeds) {
        new GradientCheck(what, scalar, wrt, feeds).check();
    }

    private void check() {
        List<Values> gradients = Reference.evaluate(feeds, Gradients.of(scalar, wrt));
        int elements = wrt.stream().mapToInt(t -> t.shape().size()).sum();
        try (ReferenceDevice device = new ReferenceDevice();
                Executable f = device.compile(Program.fetching(scalar))) {
            for (int k = 0; k < wrt.size(); k++) {
                double[] gradient = gradients.get(k).doubles();
                checkDirection(f, wrt.get(k), gradient);
                if (elements <= FEW) {
                    checkElements(f, wrt.get(k), gradient);
                }
            }
        }
    }

    private void checkDirection(Executable f, Tensor input, double[] gradient) {
        double[] direction = new double[gradient.length];
        double product = 0;
        double squares = 0;
        for (int i = 0; i < direction.length; i++) {
            direction[i] = 2 * random.nextDouble() - 1;
            product += direction[i] * gradient[i];
            squares += Math.pow(direction[i] * gradient[i], 2);
        }
        // Terms of either sign may cancel by chance; their root mean square says how large the sum could have been.
        double scale = Math.max(Math.abs(product), 0.1 * Math.sqrt(squares));
        compare(f, input, direction, product, scale, "along a random direction of " + input);
    }

    private void checkElements(Executable f, Tensor input, double[] gradient) {
        double largest = 0;
        for (double g : gradient) {
            largest = Math.max(largest, Math.abs(g));
        }
        for (int i = 0; i < gradient.length; i++) {
            double[] direction = new double[gradient.length];
            direction[i] = 1;
            // An element far below the others is the difference of larger numbers.
            double scale = Math.max(Math.abs(gradient[i]), 1e-3 * largest);
            compare(f, input, direction, gradient[i], scale, "element " + i + " of " + input);
        }
    }

    private void compare(
            Executable f, Tensor input, double[] direction, double derivative, double scale, String where) {
        List<Double> differences = new ArrayList<>();
        for (double h = STEP; differences.size() < 3; h /= 2) {
            differences.add((at(f, input, direction, h) - at(f, input, direction, -h)) / (2 * h));
        }
        double coarse = (4 * differences.get(1) - differences.get(0)) / 3;
        double fine = (4 * differences.get(2) - differences.get(1)) / 3;
        double extrapolated = (16 * fine - coarse) / 15;
        assertThat(Math.abs(extrapolated - fine))
                .as("%s: the last correction of the finite difference %s, %s", what, extrapolated, where)
                .isLessThanOrEqualTo(0.1 * TOLERANCE * scale);
        assertThat(derivative)
                .as("%s: the derivative %s", what, where)
                .isCloseTo(extrapolated, offset(TOLERANCE * scale));
    }

    /** The function at the inputs plus h times the direction. */
    private double at(Executable f, Tensor input, double[] direction, double h) {
        double[] moved = feeds.get(input).doubles();
        for (int i = 0; i < moved.length; i++) {
            moved[i] += h * direction[i];
        }
        Map<Tensor, Values> changed = new LinkedHashMap<>(feeds);
        changed.put(input, Values.of(input.shape(), moved));
        return f.run(changed).get(0).item();
    }
}
