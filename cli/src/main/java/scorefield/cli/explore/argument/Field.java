package scorefield.cli.explore.argument;

import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
import org.jspecify.annotations.Nullable;
import scorefield.autodiff.Executable;
import scorefield.autodiff.Program;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;
import scorefield.cli.explore.server.Answer;
import scorefield.cli.explore.server.Request;
import scorefield.ncsn.distribution.MixtureScore;
import scorefield.ncsn.study.Population;

/** The perturbed density, and a score as arrows, on grids over a square. */
final class Field {

    /** Half the side of the square that is shown: {@link Densities#REACH} and a margin. */
    private static final double HALF = 4.5;

    private static final int CELLS = 72;
    private static final int ARROWS = 19;

    private final Learned learned;

    Field(Learned learned) {
        this.learned = learned;
    }

    /**
     * What the page draws.
     *
     * @param half the square is [−half, half]²
     * @param cells the number of cells along each side
     * @param density p_σ in the middle of each cell over its largest value there, cells×cells, rows from y = −half on
     * @param arrows the number of arrows along each side
     * @param vectors the score, or the difference, in the middle of each of arrows×arrows cells: (x, y) each
     * @param error ∫p_σ‖s − ∇log p_σ‖² over ∫p_σ‖∇log p_σ‖², both as sums over the arrows: null for the true score
     */
    record Picture(
            double half,
            int cells,
            double[] density,
            int arrows,
            double[] vectors,
            @Nullable Double error) {}

    /** What is asked: {@code density}, {@code sigma} and {@code score}, which is {@code true}, {@code learned} or {@code difference}. */
    Answer answer(Request request) {
        Population population = Densities.of(request.parameters().member("density"));
        double sigma = request.parameters().member("sigma").number(0);
        Shown shown = Shown.of(request.parameters().member("score"));
        MixtureScore truth = new MixtureScore(population.mixture());
        double[] density = exponentials(values(request, truth::logDensity, CELLS, sigma));
        double[] vectors = values(request, truth::score, ARROWS, sigma);
        if (shown == Shown.TRUE) {
            return Answer.json(new Picture(HALF, CELLS, density, ARROWS, vectors, null));
        }
        double[] weights = exponentials(values(request, truth::logDensity, ARROWS, sigma));
        double[] found = values(request, learned.score(request)::score, ARROWS, sigma);
        double[] difference = new double[found.length];
        double wrong = 0;
        double all = 0;
        for (int i = 0; i < found.length; i++) {
            difference[i] = found[i] - vectors[i];
            wrong += weights[i / 2] * difference[i] * difference[i];
            all += weights[i / 2] * vectors[i] * vectors[i];
        }
        return Answer.json(
                new Picture(HALF, CELLS, density, ARROWS, shown == Shown.LEARNED ? found : difference, wrong / all));
    }

    private static double[] values(Request request, BinaryOperator<Tensor> function, int side, double sigma) {
        Tensor x = Tensor.input("x", Shape.of(side * side, 2));
        // An input, not a constant: so the device compiles no new kernels when the slider moves.
        Tensor level = Tensor.input("sigma", Shape.of(side * side));
        try (Executable executable = request.device().compile(Program.fetching(function.apply(x, level)))) {
            List<Values> results = executable.run(Map.of(x, grid(side), level, Values.fill(level.shape(), sigma)));
            return results.get(0).doubles();
        }
    }

    /** The middles of side×side cells, row by row. */
    private static Values grid(int side) {
        float[] points = new float[2 * side * side];
        for (int i = 0; i < side * side; i++) {
            points[2 * i] = middle(i % side, side);
            points[2 * i + 1] = middle(i / side, side);
        }
        return Values.of(Shape.of(side * side, 2), points);
    }

    private static float middle(int cell, int side) {
        return (float) (HALF * ((2 * cell + 1.0) / side - 1));
    }

    /** e to the power of each number, over the largest. */
    private static double[] exponentials(double[] logs) {
        double most = Double.NEGATIVE_INFINITY;
        for (double log : logs) {
            most = Math.max(most, log);
        }
        double[] result = new double[logs.length];
        for (int i = 0; i < logs.length; i++) {
            result[i] = Math.exp(logs[i] - most);
        }
        return result;
    }
}
