package scorefield.ncsn.study;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import scorefield.autodiff.Program;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.op.MatMul;
import scorefield.autodiff.op.Pointwise;
import scorefield.autodiff.op.Reduction;
import scorefield.ncsn.configuration.TrainingSettings;
import scorefield.ncsn.data.Points;
import scorefield.ncsn.figure.Figure;
import scorefield.ncsn.network.Mlp;
import scorefield.ncsn.network.MlpSettings;
import scorefield.ncsn.objective.DenoisingScoreMatching;
import scorefield.ncsn.objective.ExactScoreMatching;
import scorefield.ncsn.objective.Objective;
import scorefield.ncsn.objective.Perturbed;
import scorefield.ncsn.objective.Projection;
import scorefield.ncsn.objective.SlicedScoreMatching;
import scorefield.ncsn.schedule.NoiseLevels;
import scorefield.ncsn.schedule.SigmaDensity;
import scorefield.ncsn.training.Trainer;
import scorefield.ncsn.training.TrainingState;

/**
 * The cost of the exact trace. One vector-Jacobian product of a network costs about as much as a backward pass, and tr
 * ∇s needs D of them; sliced score matching needs one, denoising none. For a perceptron with D inputs, D outputs and
 * one hidden layer of width W, a pass over a sample takes about 4·D·W operations. So, with everything else equal, a
 * training step on a batch of N takes
 *
 * <pre>
 * exact                 ∝ N·D·(D·W)
 * sliced, denoising     ∝ N·(D·W)
 * </pre>
 *
 * <p>and the memory grows from a few N·D numbers to N·D·(c₁·D + c₂), in addition to D·W for the parameters, because the
 * gradient needs the intermediate results of all D products. The exponents of D are fitted over the larger D, from 98
 * to 784 = 28²; for smaller D, costs that do not depend on D dominate. Operations are counted in the graph, so they are
 * the same on every device; memory is that of the device's plan; time is measured.
 */
public final class TraceCostStudy implements Study {

    /** Exponents are fitted over this many of the largest dimensions. */
    private static final int FITTED = 4;

    /** The minimum of this many measurements counts, because other load on the machine can only increase a time. */
    private static final int REPEATS = 5;

    private final int[] dimensions;
    private final int batch;
    private final Map<String, Objective> objectives;

    /** The study at its full size: D from 2 to 784, in batches of 16. */
    public TraceCostStudy() {
        this(new int[] {2, 28, 98, 196, 392, 784}, 16, new ExactScoreMatching());
    }

    /**
     * @param dimensions D, in increasing order, at least {@link #FITTED} of them
     * @param batch N
     * @param exact the objective that should cost one more power of D
     */
    TraceCostStudy(int[] dimensions, int batch, Objective exact) {
        this.dimensions = dimensions;
        this.batch = batch;
        objectives = new LinkedHashMap<>();
        objectives.put("exact", new Perturbed(exact));
        objectives.put("sliced", new Perturbed(new SlicedScoreMatching(Projection.RADEMACHER, 1, true)));
        objectives.put("denoising", new DenoisingScoreMatching(false));
    }

    @Override
    public String name() {
        return "trace-cost";
    }

    @Override
    public String claim() {
        return "With the exact trace, the operations of a training step grow by one more power of D than with a sliced or a denoising objective, and"
                + " so memory and time grow faster too.";
    }

    @Override
    public String formula() {
        return "tr ∇s = Σ_d e_dᵀ∇s·e_d: D vector-Jacobian products";
    }

    @Override
    public String source() {
        return "Song, Garg, Shi & Ermon 2019, arXiv 1905.07088, section 2.2";
    }

    /**
     * The cost of one step.
     *
     * @param operations floating-point operations
     * @param bytes memory in bytes
     * @param milliseconds time in milliseconds
     */
    private record Cost(double operations, double bytes, double milliseconds) {

        static final List<String> NAMES = List.of("operations", "memory (MB)", "time (ms)");

        List<Double> numbers() {
            return List.of(operations, bytes / 1e6, milliseconds);
        }
    }

    @Override
    public void run(Laboratory laboratory, Notebook notebook) {
        Map<String, List<Cost>> costs = new LinkedHashMap<>();
        objectives.forEach((name, objective) -> {
            List<Cost> of = new ArrayList<>();
            for (int d : dimensions) {
                of.add(cost(laboratory, objective, d));
            }
            costs.put(name, of);
            laboratory.progress().accept(name + ": measured for D up to " + dimensions[dimensions.length - 1]);
        });
        for (int quantity = 0; quantity < Cost.NAMES.size(); quantity++) {
            write(notebook, costs, quantity);
        }
        // Every matrix product has N rows for one vector-Jacobian product and N·D rows for D of them; other costs are
        // negligible.
        double operations = growth(costs, "exact", 0) - growth(costs, "denoising", 0);
        notebook.atMost(
                "operations: the exponent of exact minus that of denoising is 1: error", Math.abs(operations - 1), 0.1);
        notebook.atMost(
                "operations: sliced and denoising have the same exponent: difference",
                Math.abs(growth(costs, "sliced", 0) - growth(costs, "denoising", 0)),
                0.1);
        // Each copy of the batch that exact score matching makes needs c₁·D + c₂ numbers, c₂ for the hidden layer and
        // for the noise level. Where both terms are equally large, the exponent of their sum is ½, and for smaller D
        // the claim does not show yet.
        notebook.atLeast(
                "memory: the exponent of exact minus that of denoising approaches 1",
                growth(costs, "exact", 1) - growth(costs, "denoising", 1),
                0.5);
        // Larger tensors use a device better: a factor of 2 over the range of 8 is an exponent of 1/3, and other load
        // may have the same effect. There is no upper limit, because a step of the cheap objectives is mostly launches,
        // which take the same time for every D.
        notebook.atLeast(
                "time: the exponent of exact minus that of denoising",
                growth(costs, "exact", 2) - growth(costs, "denoising", 2),
                1 - 2.0 / 3);
        notebook.atLeast(
                "time: the exponent of exact minus that of sliced",
                growth(costs, "exact", 2) - growth(costs, "sliced", 2),
                1 - 2.0 / 3);
    }

    private Cost cost(Laboratory laboratory, Objective objective, int d) {
        Random random = laboratory.random("data of " + d);
        float[] numbers = new float[4 * batch * d];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = (float) random.nextGaussian();
        }
        Mlp network = new Mlp(new MlpSettings(32, 1), d);
        TrainingSettings settings = TrainingSettings.of(1, batch, 1e-4, laboratory.seed("training"));
        try (Trainer trainer = new Trainer(
                laboratory.device(),
                network,
                objective,
                Points.of("normal numbers", d, numbers),
                SigmaDensity.uniformOver(NoiseLevels.of(0.5)),
                settings,
                TrainingState.initial(network, settings.seed()))) {
            return new Cost(operations(trainer.program()), trainer.bytes(), milliseconds(trainer));
        }
    }

    /**
     * The floating-point operations of a program as it is written: two for each term of a matrix product, one for each
     * number that is computed pointwise or summed. A perceptron has no other arithmetic; data movement is not counted.
     */
    static double operations(Program program) {
        double sum = 0;
        for (Tensor node : program.order()) {
            if (node.op() instanceof MatMul product) {
                sum += 2.0 * product.inner(node) * node.shape().size();
            } else if (node.op() instanceof Pointwise) {
                sum += node.shape().size();
            } else if (node.op() instanceof Reduction) {
                sum += node.input(0).shape().size();
            }
        }
        return sum;
    }

    private static double milliseconds(Trainer trainer) {
        seconds(trainer, 1); // the first one compiles kernels
        // Runs enough steps for a twentieth of a second, so that the clock's resolution and waiting are negligible.
        int steps = (int) Math.max(1, Math.min(200, 0.05 / seconds(trainer, 1)));
        double least = Double.POSITIVE_INFINITY;
        for (int i = 0; i < REPEATS; i++) {
            least = Math.min(least, seconds(trainer, steps) / steps);
        }
        return 1000 * least;
    }

    private static double seconds(Trainer trainer, int steps) {
        long start = System.nanoTime();
        for (int i = 0; i < steps; i++) {
            trainer.step();
        }
        trainer.peek(); // waits
        return (System.nanoTime() - start) / 1e9;
    }

    // ---- results

    /** The fitted exponent of D, over the larger D. */
    private double growth(Map<String, List<Cost>> costs, String objective, int quantity) {
        return law(costs.get(objective), quantity).exponent();
    }

    private PowerLaw law(List<Cost> costs, int quantity) {
        int from = dimensions.length - FITTED;
        return PowerLaw.fit(
                Arrays.stream(dimensions, from, dimensions.length)
                        .asDoubleStream()
                        .toArray(),
                costs.subList(from, costs.size()).stream()
                        .mapToDouble(cost -> cost.numbers().get(quantity))
                        .toArray());
    }

    private void write(Notebook notebook, Map<String, List<Cost>> costs, int quantity) {
        String name = Cost.NAMES.get(quantity);
        double[] all = Arrays.stream(dimensions).asDoubleStream().toArray();
        Map<String, List<Double>> rows = new LinkedHashMap<>();
        List<Figure.Mark> marks = new ArrayList<>();
        costs.forEach((objective, of) -> {
            PowerLaw law = law(of, quantity);
            List<Double> row = new ArrayList<>(
                    of.stream().map(cost -> cost.numbers().get(quantity)).toList());
            double[] numbers = row.stream().mapToDouble(Double::doubleValue).toArray();
            row.add(law.exponent());
            rows.put(objective, row);
            double[] fitted = Arrays.copyOfRange(all, all.length - FITTED, all.length);
            marks.add(new Figure.Dots(objective, all, numbers));
            marks.add(new Figure.Line(
                    "∝ D^%.2f".formatted(law.exponent()),
                    fitted,
                    Arrays.stream(fitted).map(law::at).toArray()));
        });
        List<String> columns = new ArrayList<>(List.of(name + " of a step"));
        Arrays.stream(dimensions).forEach(d -> columns.add("D = " + d));
        columns.add("exponent from D = " + dimensions[dimensions.length - FITTED]);
        notebook.table(new Notebook.Table("One training step on a batch of " + batch + ": " + name, columns, rows));
        notebook.figure(new Figure(
                name.replaceAll(" .*", ""),
                "One training step on a batch of " + batch,
                Figure.Axis.logarithmic("D"),
                Figure.Axis.logarithmic(name),
                marks));
    }
}
