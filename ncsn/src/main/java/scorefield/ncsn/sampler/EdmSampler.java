package scorefield.ncsn.sampler;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import scorefield.autodiff.Device;
import scorefield.autodiff.Executable;
import scorefield.autodiff.Program;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;
import scorefield.ncsn.network.ScoreFunction;
import scorefield.ncsn.schedule.NoiseLevels;
import scorefield.ncsn.schedule.PolynomialSpacing;
import scorefield.ncsn.setting.BadConfigurationException;
import scorefield.ncsn.setting.Setting;

/**
 * EDM's stochastic sampler (Karras et al. 2022, arXiv 2206.00364, algorithm 2): at each noise level some fresh noise, then one step of
 * Heun's method along the probability flow dx/dσ = −σ·s(x, σ) to the next level, and from the last one to σ = 0 by Euler's.
 *
 * <pre>
 * σ̂ = σᵢ·(1+γ)    x̂ = x + √(σ̂²−σᵢ²)·S_noise·z      γ = min(S_churn/L, √2 − 1) where S_min ≤ σᵢ ≤ S_max, else 0
 * d  = −σ̂·s(x̂, σ̂)               x = x̂ + (σᵢ₊₁−σ̂)·d
 * d′ = −σᵢ₊₁·s(x, σᵢ₊₁)         x = x̂ + (σᵢ₊₁−σ̂)·(d + d′)/2
 * </pre>
 *
 * <p>The last step, to σ = 0, has no second half: it is x + σ_L²·s(x, σ_L), the denoising step. So L levels take 2L − 1 evaluations. Without
 * churn all randomness is in the start. Churn corrects the errors of earlier steps as Langevin dynamics does, and makes errors of its own;
 * what it is worth depends on the network.
 *
 * <p>The chains start at uniform points of (0, 1)^D perturbed with N(0, σ₁²I), as all samplers' here do.
 */
public final class EdmSampler extends BatchSampler {

    /**
     * S_churn and what belongs to it.
     *
     * @param amount S_churn ≥ 0; 0 for none
     * @param least S_min, the smallest level that gets noise
     * @param most S_max, the largest level that gets noise
     * @param noise S_noise, the standard deviation of z; the paper has 1.003 or 1.007 against lost detail
     */
    public record Churn(double amount, double least, double most, double noise) {

        /** No fresh noise: Heun's method. */
        public static final Churn NONE = new Churn(0, 0, Double.POSITIVE_INFINITY, 1);

        /** Checks that S_churn and S_min are at least 0, S_max is at least S_min, and S_noise is positive. */
        public Churn {
            if (!(amount >= 0) || !(least >= 0) || !(most >= least) || !(noise > 0)) {
                throw new IllegalArgumentException("S_churn must be at least 0, S_min at most S_max, and S_noise above"
                        + " 0; got S_churn = " + amount + ", S_min = " + least + ", S_max = " + most + ", S_noise = "
                        + noise);
            }
        }

        /** γ at a level. */
        double gamma(double sigma, int levels) {
            return sigma >= least && sigma <= most ? Math.min(amount / levels, Math.sqrt(2) - 1) : 0;
        }
    }

    /**
     * What can be chosen.
     *
     * @param spacing of the noise levels
     * @param churn S_churn
     * @param churnMin S_min
     * @param churnMax S_max
     * @param churnNoise S_noise
     */
    public record Parameters(
            PolynomialSpacing spacing,

            @Setting(
                    defaultValue = "0",
                    min = 0,
                    max = 10_000,
                    description = "S_churn: how much fresh noise is added in all; 0 for none")
            double churn,

            @Setting(defaultValue = "0", min = 0, description = "S_min: the smallest noise level that gets fresh noise")
            double churnMin,

            @Setting(
                    defaultValue = "1000000",
                    above = 0,
                    description = "S_max: the largest noise level that gets fresh noise")
            double churnMax,

            @Setting(
                    defaultValue = "1",
                    above = 0,
                    max = 10,
                    description = "S_noise: the standard deviation of the fresh noise, 1 or a little more")
            double churnNoise) {}

    /** {@code edm}. */
    public static final SamplerKind<Parameters> KIND = new SamplerKind<>(
            "edm",
            "EDM's stochastic sampler: fresh noise and a step of Heun's method at each noise level; N evaluations are"
                    + " ⌊(N + 1)/2⌋ noise levels",
            SamplerKind.Use.RANGE,
            Parameters.class,
            EdmSampler::choice);

    /** N by default: 18 noise levels, the paper's number for 32×32 images. */
    private static final int DEFAULT_EVALUATIONS = 35;

    private final Chains chains;
    private final Tensor sigma = Tensor.input("sigma", Shape.SCALAR);
    private final Tensor fresh = Tensor.input("fresh noise", Shape.SCALAR);
    private final Tensor step = Tensor.input("step", Shape.SCALAR);
    private final Tensor second = Tensor.input("second half", Shape.SCALAR);
    /** One program for both halves of a step, so that the network is compiled and placed once. */
    private final Executable half;

    private final NoiseLevels levels;
    private final Churn churn;
    private final boolean denoise;

    /**
     * A sampler on a device.
     *
     * @param score of the data perturbed with N(0, σ²I); variables in it are this device's
     * @param batch N×…, how many samples are drawn at once, and the shape of one
     * @param levels such as {@link NoiseLevels#polynomial}'s
     * @param denoise whether to take the last step, to σ = 0
     */
    public EdmSampler(
            Device device, ScoreFunction score, Shape batch, NoiseLevels levels, Churn churn, boolean denoise) {
        super(batch);
        this.chains = new Chains(device, batch);
        Tensor from = Tensor.variable("x at the step's start", batch);
        Tensor slope = Tensor.variable("first slope", batch);
        Tensor x = chains.x.plus(fresh.times(chains.noise()));
        Tensor d = score.score(x, chains.forAll(sigma)).times(sigma.negate());
        Tensor start = Tensor.select(second, from, x);
        Tensor mean = Tensor.select(second, slope.plus(d).times(0.5), d);
        // In a fixed order, so that it is planned alike in every start.
        Map<Tensor, Tensor> updates = new LinkedHashMap<>();
        updates.put(chains.x, start.plus(step.times(mean)));
        updates.put(from, start);
        updates.put(slope, d);
        this.half = device.compile(new Program(List.of(), updates));
        this.levels = levels;
        this.churn = churn;
        this.denoise = denoise;
    }

    private static SamplerChoice choice(SamplingRequest request, Parameters parameters) {
        int evaluations = request.evaluations().orElse(DEFAULT_EVALUATIONS);
        NoiseLevels levels = request.respaced(
                evaluations / 2 + (evaluations % 2 == 1 || !request.denoise() ? 1 : 0), parameters.spacing());
        Churn churn = churn(parameters);
        return new SamplerChoice(
                levels.description()
                        + ", " + parameters.spacing().description()
                        + String.format(Locale.ROOT, ", churn %.4g", churn.amount())
                        + request.ending(),
                (device, score, batch) -> new EdmSampler(device, score, batch, levels, churn, request.denoise()));
    }

    private static Churn churn(Parameters parameters) {
        try {
            return new Churn(parameters.churn(), parameters.churnMin(), parameters.churnMax(), parameters.churnNoise());
        } catch (IllegalArgumentException e) {
            throw new BadConfigurationException("sampling.churn: " + e.getMessage());
        }
    }

    @Override
    protected Values draw(long seed, int number, Stages stages) {
        chains.seed(seed, number);
        chains.startUniform(levels.largest());
        for (int i = 0; i < levels.count(); i++) {
            double level = levels.sigma(i);
            boolean last = i + 1 == levels.count();
            if (last && !denoise) {
                break;
            }
            double next = last ? 0 : levels.sigma(i + 1);
            double raised = last ? level : level * (1 + churn.gamma(level, levels.count()));
            double added = churn.noise() * Math.sqrt(raised * raised - level * level);
            run(raised, added, next - raised, 0);
            if (!last) {
                run(next, 0, next - raised, 1);
            }
            if (!chains.isFinite()) {
                throw new DivergenceException(i, level, "churn " + churn.amount(), "try less churn, or more levels");
            }
            stages.done(i, next, (i + 1.0) / levels.count(), chains::read);
        }
        return chains.read();
    }

    private void run(double level, double noise, double length, int which) {
        half.run(Map.of(
                sigma,
                Values.scalar(level),
                fresh,
                Values.scalar(noise),
                step,
                Values.scalar(length),
                second,
                Values.scalar(which),
                chains.state,
                chains.nextState()));
    }

    /** 2L − 1, one less without the last step. */
    @Override
    public int evaluations() {
        return 2 * levels.count() - (denoise ? 1 : 2);
    }

    @Override
    public void close() {
        chains.close();
        half.close();
    }
}
