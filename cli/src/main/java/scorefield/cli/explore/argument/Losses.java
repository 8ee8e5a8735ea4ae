package scorefield.cli.explore.argument;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import scorefield.autodiff.DType;
import scorefield.autodiff.Executable;
import scorefield.autodiff.Program;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;
import scorefield.cli.explore.server.Answer;
import scorefield.cli.explore.server.Request;
import scorefield.ncsn.distribution.MixtureScore;
import scorefield.ncsn.metric.Estimate;
import scorefield.ncsn.network.ScoreFunction;
import scorefield.ncsn.objective.DenoisingScoreMatching;
import scorefield.ncsn.objective.Draws;
import scorefield.ncsn.objective.ExactScoreMatching;
import scorefield.ncsn.objective.Objective;
import scorefield.ncsn.objective.Perturbed;
import scorefield.ncsn.objective.Projection;
import scorefield.ncsn.objective.SlicedScoreMatching;
import scorefield.ncsn.schedule.NoiseLevels;
import scorefield.ncsn.study.Population;

/** The losses of one score by every objective, on the same samples and the same noise. In expectation they differ by known constants. */
final class Losses {

    /** Down to where a target of denoising says next to nothing. */
    private static final NoiseLevels LEVELS = NoiseLevels.geometric(2, 0.03, 10);

    private static final int MOST_SAMPLES = 50_000;
    private static final int DIMENSION = 2;

    private static final Map<String, Objective> OBJECTIVES = new LinkedHashMap<>();

    static {
        OBJECTIVES.put("exact", new Perturbed(new ExactScoreMatching()));
        OBJECTIVES.put("sliced", new Perturbed(new SlicedScoreMatching(Projection.RADEMACHER, 1, false)));
        OBJECTIVES.put(
                "sliced, variance-reduced", new Perturbed(new SlicedScoreMatching(Projection.RADEMACHER, 1, true)));
        OBJECTIVES.put("denoising", new DenoisingScoreMatching(false));
        OBJECTIVES.put("denoising, control variate", new DenoisingScoreMatching(true));
    }

    private final Learned learned;

    Losses(Learned learned) {
        this.learned = learned;
    }

    /**
     * One objective.
     *
     * @param sigmas the noise levels
     * @param means the mean loss at each; of denoising without its constant D/(2σ²), so that all objectives have the same expectation
     * @param errors the standard errors of the means
     * @param deviations the standard deviation of one sample's loss at each
     */
    private record Row(String objective, double[] sigmas, double[] means, double[] errors, double[] deviations) {}

    /** What is asked: {@code density}; {@code score}, {@code true} or {@code learned}; {@code samples}, how many. */
    Answer answer(Request request) {
        Population population = Densities.of(request.parameters().member("density"));
        ScoreFunction score = Shown.of(request.parameters().member("score")) == Shown.TRUE
                ? new MixtureScore(population.mixture())
                : learned.score(request);
        int samples = (int) request.parameters().member("samples").whole(2, MOST_SAMPLES);
        Values points = population.sample(samples, 1).values();
        List<Row> rows = new ArrayList<>();
        OBJECTIVES.forEach((name, objective) -> {
            Row row = row(request, name, objective, score, points);
            rows.add(row);
            request.progress(row);
        });
        return Answer.json(rows);
    }

    private static Row row(Request request, String name, Objective objective, ScoreFunction score, Values points) {
        Tensor x = Tensor.input("x", points.shape());
        Tensor sigma = Tensor.input("sigma", Shape.of(points.shape().dim(0)));
        Tensor state = Tensor.input("state", Shape.of(4), DType.INT);
        Row row = new Row(
                name,
                LEVELS.toArray(),
                new double[LEVELS.count()],
                new double[LEVELS.count()],
                new double[LEVELS.count()]);
        Program program = Program.fetching(objective.perSample(score, x, sigma, Draws.of(state, 0)));
        try (Executable executable = request.device().compile(program)) {
            for (int i = 0; i < LEVELS.count(); i++) {
                double level = LEVELS.sigma(i);
                Map<Tensor, Values> feeds = Map.of(
                        x, points, sigma, Values.fill(sigma.shape(), level), state, Values.of(state.shape(), new int[] {
                            1, 0, i, 0
                        }));
                double[] losses = executable.run(feeds).get(0).doubles();
                if (objective.equals(OBJECTIVES.get("denoising"))) {
                    double constant = DIMENSION / (2 * level * level);
                    losses = Arrays.stream(losses).map(loss -> loss - constant).toArray();
                }
                Estimate estimate = Estimate.of(losses);
                row.means[i] = estimate.mean();
                row.errors[i] = estimate.standardError();
                row.deviations[i] = estimate.standardError() * Math.sqrt(losses.length);
            }
        }
        return row;
    }
}
