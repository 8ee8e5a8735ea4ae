package scorefield.cli.explore.argument;

import java.util.Arrays;
import java.util.Random;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Values;
import scorefield.cli.console.UserException;
import scorefield.cli.explore.server.Answer;
import scorefield.cli.explore.server.Request;
import scorefield.ncsn.distribution.GaussianMixture;
import scorefield.ncsn.distribution.MixtureScore;
import scorefield.ncsn.file.Json;
import scorefield.ncsn.network.ScoreFunction;
import scorefield.ncsn.sampler.LangevinDynamics;
import scorefield.ncsn.schedule.NoiseLevels;
import scorefield.ncsn.schedule.SamplingPlan;
import scorefield.ncsn.study.Population;

/** Chains that start anywhere in the square and move with a score. The page is shown where they are, again and again. */
final class MovingChains {

    /** How many times, about, the page is shown where the chains are. */
    private static final int FRAMES = 80;

    private static final int MOST_CHAINS = 10_000;
    private static final int MOST_STEPS = 20_000;

    private final Learned learned;

    MovingChains(Learned learned) {
        this.learned = learned;
    }

    /**
     * Where the chains are.
     *
     * @param step how many steps they have taken
     * @param steps how many they will take
     * @param sigma σ of the last step's score
     * @param x (x, y) of each chain
     */
    private record Frame(int step, int steps, double sigma, float[] x) {}

    /**
     * How many chains ended at each mode.
     *
     * @param counts chains whose most probable component is this one; empty where the density's components are no modes
     * @param weights the components' weights
     */
    private record Counted(int chains, int[] counts, double[] weights) {}

    /**
     * What is asked: {@code density}; {@code score}, {@code true} or {@code learned}; {@code chains}, how many; {@code sigma}, σ_L;
     * {@code ratio}, ε/σ_L²; {@code steps}, T; {@code levels}, L; {@code seed}. Dynamics at one level take T·L steps of size ε at σ_L;
     * annealed ones take T at each of L levels from {@link Learned#LEVELS}' largest to σ_L.
     */
    Answer answer(Dynamics dynamics, Request request) {
        Json asked = request.parameters();
        Population population = Densities.of(asked.member("density"));
        ScoreFunction score = Shown.of(asked.member("score")) == Shown.TRUE
                ? new MixtureScore(population.mixture())
                : learned.score(request);
        int count = (int) asked.member("chains").whole(1, MOST_CHAINS);
        long seed = asked.member("seed").whole(0, Long.MAX_VALUE);
        SamplingPlan plan = plan(asked);
        Values start = start(count, seed);
        int every = Math.max(1, plan.steps() / FRAMES);
        try (LangevinDynamics chains = new LangevinDynamics(request.device(), score, start.shape())) {
            chains.seed(seed, 0);
            chains.startAt(start);
            request.progress(new Frame(0, plan.steps(), dynamics.sigma(plan, 0), start.floats()));
            for (int step = 1; step <= plan.steps(); step++) {
                int level = (step - 1) / plan.stepsPerLevel();
                dynamics.step(chains, plan, level);
                if (step % every == 0 || step == plan.steps()) {
                    request.progress(new Frame(
                            step,
                            plan.steps(),
                            dynamics.sigma(plan, level),
                            chains.x().floats()));
                }
            }
            return Answer.json(count(population, chains.x()));
        }
    }

    private static SamplingPlan plan(Json asked) {
        double sigma = asked.member("sigma").number(Learned.LEVELS.smallest());
        int steps = (int) asked.member("steps").whole(1, MOST_STEPS);
        int levels = (int) asked.member("levels").whole(1, MOST_STEPS / steps);
        double largest = Learned.LEVELS.largest();
        if (sigma >= largest) {
            throw asked.member("sigma").isNot("below " + largest);
        }
        try {
            return new SamplingPlan(
                    levels == 1 ? NoiseLevels.of(sigma) : NoiseLevels.geometric(largest, sigma, levels),
                    steps,
                    asked.member("ratio").number(0) * sigma * sigma,
                    false);
        } catch (IllegalArgumentException unstable) {
            throw new UserException(unstable.getMessage());
        }
    }

    private static Values start(int count, long seed) {
        Random random = new Random(seed);
        float[] points = new float[2 * count];
        for (int i = 0; i < points.length; i++) {
            points[i] = (float) (Densities.REACH * (2 * random.nextDouble() - 1));
        }
        return Values.of(Shape.of(count, 2), points);
    }

    private static Counted count(Population population, Values x) {
        GaussianMixture mixture = population.mixture();
        int chains = x.shape().dim(0);
        if (!Densities.hasFewModes(population)) {
            return new Counted(chains, new int[0], new double[0]);
        }
        double[] weights = mixture.weights();
        int[] counts = new int[weights.length];
        for (int i = 0; i < chains; i++) {
            double[] probabilities = mixture.responsibilities(new double[] {x.get(2 * i), x.get(2 * i + 1)});
            double most = Arrays.stream(probabilities).max().orElseThrow();
            for (int k = 0; k < counts.length; k++) {
                if (probabilities[k] == most) {
                    counts[k]++;
                    break;
                }
            }
        }
        return new Counted(chains, counts, weights);
    }
}
