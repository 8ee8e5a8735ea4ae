package scorefield.autodiff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;

/** A graph that should be a linear map A of a tensor, and the identities that follow from that. */
record LinearMap(Shape from, UnaryOperator<Tensor> graph) {

    private static final double ROUNDING = 1e-12;

    Shape to() {
        return graph.apply(Tensor.input("x", from)).shape();
    }

    double[] apply(double[] x) {
        Tensor input = Tensor.input("x", from);
        return Reference.evaluate(Map.of(input, Values.of(from, x)), graph.apply(input))
                .doubles();
    }

    /** A(αx + βz) = αAx + βAz. */
    void assertLinear(long seed) {
        Random random = new Random(seed);
        double[] x = normal(from, random);
        double[] z = normal(from, random);
        double alpha = random.nextGaussian();
        double beta = random.nextGaussian();
        double[] mixed = new double[x.length];
        for (int i = 0; i < mixed.length; i++) {
            mixed[i] = alpha * x[i] + beta * z[i];
        }
        double[] ax = apply(x);
        double[] az = apply(z);
        double[] expected = new double[ax.length];
        double largest = 0;
        for (int i = 0; i < expected.length; i++) {
            expected[i] = alpha * ax[i] + beta * az[i];
            largest = Math.max(largest, Math.abs(alpha * ax[i]) + Math.abs(beta * az[i]));
        }
        assertThat(apply(mixed)).containsExactly(expected, offset(ROUNDING * largest));
    }

    /** ⟨Ax, y⟩ = ⟨x, By⟩: B is the adjoint of A. */
    void assertAdjoint(LinearMap adjoint, long seed) {
        assertThat(adjoint.from()).isEqualTo(to());
        assertThat(adjoint.to()).isEqualTo(from);
        Random random = new Random(seed);
        double[] x = normal(from, random);
        double[] y = normal(adjoint.from, random);
        double[] ax = apply(x);
        double[] by = adjoint.apply(y);
        double size = 0;
        for (int i = 0; i < y.length; i++) {
            size += Math.abs(ax[i] * y[i]);
        }
        assertThat(dot(ax, y)).isCloseTo(dot(x, by), offset(ROUNDING * size));
    }

    /** The op's vjp is the adjoint as well. */
    void assertVjpIsAdjoint(long seed) {
        assertAdjoint(
                new LinearMap(to(), y -> {
                    Tensor x = Tensor.zeros(from);
                    return Gradients.vjp(graph.apply(x), y, List.of(x)).get(0);
                }),
                seed);
    }

    /** Ax = 0. */
    void assertZero(long seed) {
        double[] ax = apply(normal(from, new Random(seed)));
        assertThat(ax).containsExactly(new double[ax.length], offset(ROUNDING * from.size()));
    }

    static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    static double[] normal(Shape shape, Random random) {
        double[] numbers = new double[shape.size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = random.nextGaussian();
        }
        return numbers;
    }

    /** A constant tensor of normal numbers. */
    static Tensor constant(Shape shape, long seed) {
        return Tensor.constant(Values.of(shape, normal(shape, new Random(seed))));
    }
}
