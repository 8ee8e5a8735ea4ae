package scorefield.ncsn.sampler;

import java.util.OptionalDouble;
import java.util.OptionalInt;
import scorefield.autodiff.Device;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Values;
import scorefield.ncsn.network.ScoreFunction;
import scorefield.ncsn.schedule.Ncsnv2;
import scorefield.ncsn.schedule.NoiseLevels;
import scorefield.ncsn.schedule.SamplingPlan;
import scorefield.ncsn.setting.BadConfigurationException;
import scorefield.ncsn.setting.Setting;

/**
 * Annealed Langevin dynamics (Song &amp; Ermon 2019, arXiv 1907.05600, algorithm 1): from uniform noise, T steps at each noise level from
 * the largest to the smallest, with steps αᵢ = ε·σᵢ²/σ_L², and at the end, where the plan says so, x + σ_L²·s(x, σ_L).
 *
 * <p>At a large noise level the perturbed data's density is smooth and its score is known everywhere; each level leaves the chains where
 * the next one's score is well known. With αᵢ ∝ σᵢ², signal and noise in a step are in the same proportion at all levels.
 *
 * <p>With one level only this is plain Langevin dynamics.
 */
public final class AnnealedLangevin extends BatchSampler {

    /**
     * What can be chosen.
     *
     * @param stepsPerLevel T; empty for the program's choice
     * @param stepSize ε; empty where it is to follow from the noise levels and T
     */
    public record Parameters(
            @Setting(
                    defaultValue = "auto",
                    min = 1,
                    max = 100_000,
                    description = "T, the steps at each noise level; auto: 5, or 1000 where there is one level only")
            OptionalInt stepsPerLevel,

            @Setting(
                    defaultValue = "auto",
                    above = 0,
                    description =
                            "ε in α = ε·σ²/σ_L² of x ← x + (α/2)·score + √α·z; auto: NCSNv2, technique 4, or σ²/5 where there"
                                    + " is one level only")
            OptionalDouble stepSize) {}

    /** {@code langevin}. */
    public static final SamplerKind<Parameters> LANGEVIN = new SamplerKind<>(
                    "langevin",
                    "Langevin dynamics at the smallest noise level; N evaluations are N steps",
                    SamplerKind.Use.SMALLEST_LEVEL,
                    Parameters.class,
                    AnnealedLangevin::atSmallestLevel)
            .evaluationsReplace("steps-per-level")
            .previewedWith(AnnealedLangevin::preview);

    /** {@code annealed}. */
    public static final SamplerKind<Parameters> ANNEALED = new SamplerKind<>(
                    "annealed",
                    "annealed Langevin dynamics, T steps at each noise level; N evaluations are T steps at each of ⌊N/T⌋ noise levels",
                    SamplerKind.Use.LEVELS,
                    Parameters.class,
                    AnnealedLangevin::annealed)
            .previewedWith(AnnealedLangevin::preview);

    /** T where there is one noise level: plain Langevin dynamics, which has to find its way by itself. */
    private static final int STEPS_AT_ONE_LEVEL = 1000;

    /** α in units of σ² where there is one noise level: a twentieth of the size from which on the chain diverges. */
    private static final double STEP_AT_ONE_LEVEL = 0.2;

    /** T in previews. */
    private static final int STEPS_IN_PREVIEWS = 3;

    /** A stage is a level; where there is one only, a part of its steps. */
    private static final int PARTS = 100;

    private final LangevinDynamics dynamics;
    private final SamplingPlan plan;

    /**
     * A sampler on a device.
     *
     * @param score of the data perturbed with N(0, σ²I); variables in it are this device's
     * @param batch N×…, how many samples are drawn at once, and the shape of one
     */
    public AnnealedLangevin(Device device, ScoreFunction score, Shape batch, SamplingPlan plan) {
        this(device, score, batch, plan, KnownPart.NOTHING);
    }

    /**
     * A sampler of what is not known: inpainting, colouring.
     *
     * @param score of the data perturbed with N(0, σ²I); variables in it are this device's
     * @param batch N×…, how many samples are drawn at once, and the shape of one
     * @param known of every sample; it comes out exactly so
     */
    public AnnealedLangevin(Device device, ScoreFunction score, Shape batch, SamplingPlan plan, KnownPart known) {
        super(batch);
        this.dynamics = new LangevinDynamics(device, score, batch, known);
        this.plan = plan;
    }

    private static Parameters preview(Parameters parameters) {
        return new Parameters(OptionalInt.of(STEPS_IN_PREVIEWS), parameters.stepSize());
    }

    private static SamplerChoice atSmallestLevel(SamplingRequest request, Parameters parameters) {
        NoiseLevels smallest = NoiseLevels.of(request.levels().smallest());
        return choice(planSpending(request, smallest, parameters));
    }

    /**
     * T is as configured or, so that neighbouring levels lie no farther apart than the noise schedule's where that can be, ⌊steps/L⌋ with the
     * schedule's L, and 1 at the least.
     *
     * <p>The variance that T steps leave (technique 4) cannot decide this: it is that of one data point, for which a single level and many
     * steps are best, and it knows nothing of modes that chains must find while the noise is large.
     */
    private static SamplerChoice annealed(SamplingRequest request, Parameters parameters) {
        NoiseLevels levels = request.levels();
        if (request.steps().isEmpty() || levels.count() == 1) {
            return choice(planSpending(request, levels, parameters));
        }
        int steps = request.steps().getAsInt();
        int each = parameters.stepsPerLevel().orElse(Math.max(1, steps / levels.count()));
        if (steps / each < 2) {
            throw request.tooFewEvaluations(
                    steps + " steps do not reach 2 noise levels with sampling.steps-per-level = " + each);
        }
        return choice(plan(
                request.respaced(steps / each),
                new Parameters(OptionalInt.of(each), parameters.stepSize()),
                request.denoise()));
    }

    /** Where the evaluations are given, all of them at each of these levels. */
    private static SamplingPlan planSpending(SamplingRequest request, NoiseLevels levels, Parameters parameters) {
        OptionalInt steps = request.steps();
        if (steps.isEmpty()) {
            return plan(levels, parameters, request.denoise());
        }
        if (steps.getAsInt() < 1) {
            throw request.tooFewEvaluations("they leave no step besides the denoising step");
        }
        return plan(levels, new Parameters(steps, parameters.stepSize()), request.denoise());
    }

    private static SamplerChoice choice(SamplingPlan plan) {
        return new SamplerChoice(
                plan.description(), (device, score, batch) -> new AnnealedLangevin(device, score, batch, plan));
    }

    /**
     * How to go through some noise levels: T and ε as they are given, or NCSNv2's (technique 4).
     *
     * @throws BadConfigurationException if chains diverge with the given ε
     */
    public static SamplingPlan plan(NoiseLevels levels, Parameters parameters, boolean denoise) {
        boolean annealed = levels.count() > 1;
        int steps = parameters.stepsPerLevel().orElse(annealed ? SamplingPlan.DEFAULT_STEPS : STEPS_AT_ONE_LEVEL);
        try {
            double stepSize = parameters
                    .stepSize()
                    .orElseGet(() -> annealed
                            ? Ncsnv2.stepSize(levels, steps)
                            : STEP_AT_ONE_LEVEL * levels.smallest() * levels.smallest());
            return new SamplingPlan(levels, steps, stepSize, denoise);
        } catch (IllegalArgumentException e) {
            throw new BadConfigurationException("sampling.step-size: " + e.getMessage());
        }
    }

    @Override
    protected Values draw(long seed, int number, Stages stages) {
        NoiseLevels levels = plan.levels();
        dynamics.seed(seed, number);
        dynamics.startUniform();
        int every = levels.count() == 1 ? (plan.stepsPerLevel() + PARTS - 1) / PARTS : plan.stepsPerLevel();
        int parts = (plan.stepsPerLevel() + every - 1) / every;
        int stage = 0;
        for (int level = 0; level < levels.count(); level++) {
            for (int t = 1; t <= plan.stepsPerLevel(); t++) {
                dynamics.step(levels.sigma(level), plan.alpha(level));
                if (t % every != 0 && t != plan.stepsPerLevel()) {
                    continue;
                }
                // One number comes back from the device at each stage: it stops a diverged run early, and keeps the
                // host, and so the
                // observer, from running ahead of the device.
                if (!dynamics.isFinite()) {
                    throw new DivergenceException(
                            level, levels.sigma(level), "step α = " + plan.alpha(level), "try a smaller step size");
                }
                stages.done(stage, levels.sigma(level), (stage + 1.0) / (levels.count() * parts), dynamics::x);
                stage++;
            }
        }
        if (plan.denoise()) {
            dynamics.denoise(levels.smallest());
        }
        return dynamics.settled();
    }

    /** L·T, and one for the denoising step. */
    @Override
    public int evaluations() {
        return plan.steps() + (plan.denoise() ? 1 : 0);
    }

    @Override
    public void close() {
        dynamics.close();
    }
}
