package scorefield.ncsn.training;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;
import scorefield.ncsn.network.Layout;
import scorefield.ncsn.network.Parameter;
import scorefield.ncsn.network.Parameters;

/**
 * Muon (Jordan et al. 2024, "Muon: an optimizer for hidden layers in neural networks"): a step for weight matrices that goes equally far in
 * every direction. For a matrix W of r×c numbers with gradient g and Adam's mean m:
 *
 * <pre>
 * u = β₁·m + (1−β₁)·g              Nesterov's momentum
 * u = U·S·Vᵀ                       its singular value decomposition
 * W ← (1 − η·λ)·W − η · 0.2·√max(r, c) · U·Vᵀ
 * </pre>
 *
 * <p>The factor 0.2·√max(r, c) makes an element's change as large as Adam's usually is, so that both take the same learning rate η (Liu et al.
 * 2025, arXiv 2502.16982, equation 4). A convolution's weights are one matrix with a row for each input of an output. Biases, the norms'
 * scales and shifts, class embeddings, and matrices with fewer than {@value #LEAST} rows or columns, as in the first and the last
 * layer, take Adam's step.
 *
 * <p>U·Vᵀ is computed without a decomposition, by a few steps of a polynomial that moves every singular value towards 1:
 *
 * <pre>
 * X ← u/‖u‖;   X ← Q·X,  Q = a·I + b·A + c·A²,  A = X·Xᵀ
 * </pre>
 *
 * <p>A changes to Q·A·Q, so all steps are done on A alone, which is small and square, and their product Q₃·Q₂·Q₁ is applied to u once: a
 * third of the multiplications. (For a matrix with more rows than columns A = Xᵀ·X, and Q is on the right.)
 *
 * <p>The three coefficients make small singular values grow fast; the large ones end between about 0.7 and 1.2.
 */
final class Muon {

    /** The fewest rows and columns of a matrix for it to be worth it. */
    private static final int LEAST = 16;

    private static final double SCALE = 0.2;

    /** a, b, c (Jordan et al.). */
    private static final double[] COEFFICIENTS = {3.4445, -4.7750, 2.0315};

    /** Jordan et al. take 5; for the networks here, 3 led to the same loss. */
    private static final int ITERATIONS = 3;

    private Muon() {}

    /** A matrix's rows and columns. */
    private record Extents(int rows, int columns) {

        static Extents of(Parameter parameter) {
            int columns = parameter.shape().dim(-1);
            return new Extents(parameter.size() / columns, columns);
        }

        Tensor matrix(Tensor flat, Parameter parameter) {
            return flat.slice(0, parameter.offset(), parameter.end()).reshape(rows, columns);
        }

        int shortest() {
            return Math.min(rows, columns);
        }

        int longest() {
            return Math.max(rows, columns);
        }
    }

    /** Whether a parameter takes this step, rather than Adam's. */
    static boolean moves(Parameter parameter) {
        if (parameter.layout() != Layout.CONVOLUTION && parameter.layout() != Layout.LINEAR) {
            return false;
        }
        return Extents.of(parameter).shortest() >= LEAST;
    }

    /**
     * One step from the old θ, m and v and the gradient; m and v as by {@link Adam#step}.
     *
     * @param layout which part of the vectors is which parameter
     */
    static Adam step(Parameters layout, Adam old, Tensor gradient, Adam.Constants constants, Adam.Schedule schedule) {
        Adam adam = Adam.step(old, gradient, constants, schedule);
        Tensor momentum = adam.mean().times(constants.beta1()).plus(gradient.times(1 - constants.beta1()));
        Map<Parameter, Tensor> polars = polars(momentum, layout);
        Tensor decayed = old.decayed(constants, schedule);
        List<Tensor> parts = new ArrayList<>();
        int end = 0;
        for (Parameter parameter : layout.list()) {
            Tensor polar = polars.get(parameter);
            if (polar == null) {
                continue;
            }
            if (parameter.offset() > end) {
                parts.add(adam.parameters().slice(0, end, parameter.offset()));
            }
            end = parameter.end();
            Tensor length = schedule.rate()
                    .times(SCALE * Math.sqrt(Extents.of(parameter).longest()));
            parts.add(decayed.slice(0, parameter.offset(), end)
                    .minus(polar.reshape(-1).times(length)));
        }
        if (end < layout.size()) {
            parts.add(adam.parameters().slice(0, end, layout.size()));
        }
        return new Adam(Tensor.concatenate(0, parts), adam.mean(), adam.meanSquare());
    }

    private static Map<Parameter, Tensor> polars(Tensor momentum, Parameters layout) {
        // The polynomials of all matrices with the same shorter side are computed together: fewer launches.
        Map<Integer, List<Parameter>> alike = layout.list().stream()
                .filter(Muon::moves)
                .collect(Collectors.groupingBy(
                        parameter -> Extents.of(parameter).shortest(), LinkedHashMap::new, Collectors.toList()));
        Map<Parameter, Tensor> polars = new HashMap<>();
        for (List<Parameter> parameters : alike.values()) {
            List<Tensor> found = polars(parameters.stream()
                    .map(parameter -> Extents.of(parameter).matrix(momentum, parameter))
                    .toList());
            for (int i = 0; i < parameters.size(); i++) {
                polars.put(parameters.get(i), found.get(i));
            }
        }
        return polars;
    }

    /**
     * About U·Vᵀ of each matrix U·S·Vᵀ.
     *
     * @param matrices r×c each, with the same shorter side
     */
    static List<Tensor> polars(List<Tensor> matrices) {
        List<Tensor> grams = matrices.stream().map(Muon::gram).toList();
        int side = grams.get(0).shape().dim(-1);
        Tensor factors = factors(Tensor.concatenate(0, grams).reshape(-1, side, side));
        List<Tensor> polars = new ArrayList<>();
        for (int i = 0; i < matrices.size(); i++) {
            Tensor x = matrices.get(i);
            Tensor factor = factors.slice(0, i, i + 1).reshape(side, side);
            polars.add(isTall(x) ? x.matmul(factor) : factor.matmul(x));
        }
        return polars;
    }

    /** X·Xᵀ or Xᵀ·X, whichever is smaller. */
    private static Tensor gram(Tensor x) {
        return x.matmul(x, isTall(x), !isTall(x));
    }

    private static boolean isTall(Tensor matrix) {
        return matrix.shape().dim(0) >= matrix.shape().dim(1);
    }

    /** From the products u·uᵀ of B matrices, B×s×s, the products of the polynomials Q over ‖u‖. */
    private static Tensor factors(Tensor grams) {
        Tensor identity = identity(grams.shape().dim(-1));
        Tensor squaredNorm =
                grams.times(identity).sum(1, 2).maximum(Float.MIN_NORMAL).reshape(-1, 1, 1);
        Tensor a = grams.over(squaredNorm);
        Tensor factor = null;
        for (int i = 0; i < ITERATIONS; i++) {
            Tensor q = identity.times(COEFFICIENTS[0])
                    .plus(a.times(COEFFICIENTS[1]))
                    .plus(a.matmul(a).times(COEFFICIENTS[2]));
            factor = factor == null ? q : factor.matmul(q);
            a = q.matmul(a).matmul(q);
        }
        return factor.over(squaredNorm.sqrt());
    }

    private static Tensor identity(int side) {
        double[] numbers = new double[side * side];
        for (int i = 0; i < side; i++) {
            numbers[i * (side + 1)] = 1;
        }
        return Tensor.constant(Values.of(Shape.of(1, side, side), numbers));
    }
}
