package scorefield.ncsn.sampler;

import java.util.Locale;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import scorefield.autodiff.Device;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Values;
import scorefield.ncsn.network.ScoreFunction;
import scorefield.ncsn.schedule.NoiseLevels;
import scorefield.ncsn.setting.BadConfigurationException;
import scorefield.ncsn.setting.Setting;

/**
 * Consistent annealed sampling (Jolicoeur-Martineau, Piché-Taillefer, Tachet des Combes &amp; Mitliagkas 2020, arXiv 2009.05475): one step
 * a noise level, after which the sample's own noise is the next level's.
 *
 * <pre>
 * x ← x + η·σᵢ²·s(x, σᵢ) + β·σᵢ₊₁·z      β = √(1 − ((1−η)·γ)²),  γ = σᵢ/σᵢ₊₁
 * </pre>
 *
 * <p>and at the end x + σ_L²·s(x, σ_L). <b>Why this β.</b> Near a data point x*, with x = x* + σᵢ·n and s = −(x−x*)/σᵢ², the drift leaves
 * (1−η)·σᵢ·n of the noise. What is added has to make up for the difference of the variances: (1−η)²σᵢ² + β²σᵢ₊₁² = σᵢ₊₁². Annealed Langevin
 * dynamics adds √α·z instead, whatever is left, and so always carries more noise than the level at which the network is asked: it needs
 * several steps a level to come near.
 *
 * <p>For data that are a point this is exact; for Gaussian data N(μ, s²I) and a variance of s²+σᵢ² before, the variance after a step is
 *
 * <pre>
 * s² + σᵢ₊₁² − η²·σᵢ²s²/(s²+σᵢ²)
 * </pre>
 *
 * <p>so a step takes too much by a term of second order in η; η is of the order of ln γ, and the error vanishes as levels are added.
 *
 * <p><b>Limits of η.</b> β is real from η = 1 − 1/γ on. There it is 0, and the step is Euler's for the probability flow
 * dx/dσ = −σ·s(x, σ); without fresh noise, an error of the start decays only as fast as the flow contracts. At η = 1 all noise is
 * removed and replaced by fresh noise. {@link #ancestral} lies between, 1 − 1/γ²: with it the step is the
 * ancestral sampling of Song et al. 2021 (arXiv 2011.13456, eq. 47), the exact posterior of a chain of small perturbations given the
 * denoised data.
 *
 * <p>The paper's noise levels are geometric, so there is one γ and one β; where γ differs from level to level, so does β. The chains start here at uniform points of (0, 1)^D perturbed with N(0, σ₁²I), so that they have the first level's noise.
 */
public final class ConsistentAnnealed extends BatchSampler {

    /**
     * What can be chosen.
     *
     * @param eta η; empty for that of ancestral sampling
     */
    public record Parameters(
            @Setting(
                    defaultValue = "auto",
                    above = 0,
                    max = 1,
                    description =
                            "η, from 1 − 1/γ (no new noise) to 1 (all noise is new); auto: 1 − 1/γ², ancestral sampling")
            OptionalDouble eta) {}

    /** {@code consistent}. */
    public static final SamplerKind<Parameters> KIND = new SamplerKind<>(
            "consistent",
            "consistent annealed sampling, one step for each noise level; N evaluations are N noise levels",
            SamplerKind.Use.LEVELS,
            Parameters.class,
            ConsistentAnnealed::choice);

    private final LangevinDynamics dynamics;
    private final NoiseLevels levels;
    private final double eta;
    private final boolean denoise;

    /**
     * A sampler on a device.
     *
     * @param score of the data perturbed with N(0, σ²I); variables in it are this device's
     * @param batch N×…, how many samples are drawn at once, and the shape of one
     * @param eta η, from 1 − 1/γ, γ being the largest ratio of neighbouring levels, to 1
     * @param denoise whether to end with x + σ_L²·s(x, σ_L)
     */
    public ConsistentAnnealed(
            Device device, ScoreFunction score, Shape batch, NoiseLevels levels, double eta, boolean denoise) {
        super(batch);
        double least = 1 - 1 / levels.ratio();
        if (!(eta >= least && eta <= 1)) {
            throw new IllegalArgumentException("η must lie between 1 − 1/γ = " + least + " and 1; got " + eta
                    + ": with less, more noise is left than the next of " + levels + " has");
        }
        this.dynamics = new LangevinDynamics(device, score, batch);
        this.levels = levels;
        this.eta = eta;
        this.denoise = denoise;
    }

    private static SamplerChoice choice(SamplingRequest request, Parameters parameters) {
        OptionalInt steps = request.steps();
        NoiseLevels levels = steps.isEmpty() ? request.severalLevels() : request.respaced(steps.getAsInt() + 1);
        double eta = parameters.eta().orElse(ancestral(levels));
        double least = 1 - 1 / levels.ratio();
        if (eta < least) {
            throw new BadConfigurationException(String.format(
                    Locale.ROOT,
                    "sampling.eta must be at least 1 − 1/γ = %.4g for %s; got %s: with less, more noise is left than the next"
                            + " noise level has",
                    least,
                    levels,
                    eta));
        }
        return new SamplerChoice(
                levels.description() + String.format(Locale.ROOT, ", η = %.4g", eta) + request.ending(),
                (device, score, batch) -> new ConsistentAnnealed(device, score, batch, levels, eta, request.denoise()));
    }

    /** η = 1 − 1/γ², of ancestral sampling. */
    public static double ancestral(NoiseLevels levels) {
        double gamma = levels.ratio();
        return 1 - 1 / (gamma * gamma);
    }

    /**
     * β, the new noise's share of the next level's.
     *
     * @param gamma γ = σᵢ/σᵢ₊₁
     */
    static double beta(double eta, double gamma) {
        double left = (1 - eta) * gamma;
        // At the lower limit of η the difference is 0, or a rounding error below.
        return Math.sqrt(Math.max(0, 1 - left * left));
    }

    @Override
    protected Values draw(long seed, int number, Stages stages) {
        dynamics.seed(seed, number);
        dynamics.startPerturbed(levels.largest());
        for (int i = 0; i + 1 < levels.count(); i++) {
            double sigma = levels.sigma(i);
            double next = levels.sigma(i + 1);
            dynamics.move(sigma, eta * sigma * sigma, beta(eta, sigma / next) * next);
            if (!dynamics.isFinite()) {
                throw new DivergenceException(i, sigma, "η = " + eta, "try a smaller η, or more levels");
            }
            stages.done(i, next, (i + 1.0) / evaluations(), dynamics::x);
        }
        if (denoise) {
            dynamics.denoise(levels.smallest());
        }
        return dynamics.x();
    }

    /** L − 1, and one for the denoising step. */
    @Override
    public int evaluations() {
        return levels.count() - 1 + (denoise ? 1 : 0);
    }

    @Override
    public void close() {
        dynamics.close();
    }
}
