package scorefield.ncsn.sampler;

import java.util.Locale;
import scorefield.autodiff.Device;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Values;
import scorefield.ncsn.flow.FlowMap;
import scorefield.ncsn.flow.FlowMethod;
import scorefield.ncsn.flow.Prior;
import scorefield.ncsn.flow.ProbabilityFlow;
import scorefield.ncsn.network.ScoreFunction;
import scorefield.ncsn.ode.ButcherTableau;
import scorefield.ncsn.ode.Tolerance;
import scorefield.ncsn.schedule.NoiseLevels;
import scorefield.ncsn.schedule.PolynomialSpacing;
import scorefield.ncsn.setting.Setting;

/**
 * Samples by the probability flow: noise from the {@link Prior}, carried along {@link ProbabilityFlow dx/dσ = −σ·s(x, σ)} to the smallest
 * noise level and, where it is wanted, one step further, x + σ_min²·s(x, σ_min).
 *
 * <p>All randomness is in the start, so the method decides only how well a sample is computed, not which one it is: the same seed gives
 * the same image with any method that is exact enough. A curve can be followed with steps as long as it is smooth, where Langevin dynamics has
 * to take many small ones: some 50 evaluations in place of a thousand.
 */
public final class FlowSampler extends BatchSampler {

    /**
     * What can be chosen where the method chooses its steps.
     *
     * @param tolerance of a step's error: relative, and absolute in the data's units
     */
    public record Parameters(
            @Setting(
                    defaultValue = "0.01",
                    min = 1e-6,
                    max = 0.5,
                    description = "the largest error of a step, relative and in the data's units")
            double tolerance) {}

    /** {@code ode-euler}. */
    public static final SamplerKind<PolynomialSpacing> EULER = new SamplerKind<>(
            "ode-euler",
            "the probability flow by Euler's method; N evaluations are N steps",
            SamplerKind.Use.RANGE,
            PolynomialSpacing.class,
            (request, spacing) -> choice(request, ButcherTableau.EULER, spacing));

    /** {@code ode-heun}. */
    public static final SamplerKind<PolynomialSpacing> HEUN = new SamplerKind<>(
            "ode-heun",
            "the probability flow by Heun's method; N evaluations are ⌊N/2⌋ steps",
            SamplerKind.Use.RANGE,
            PolynomialSpacing.class,
            (request, spacing) -> choice(request, ButcherTableau.HEUN, spacing));

    /** {@code ode}. */
    public static final SamplerKind<Parameters> ADAPTIVE = new SamplerKind<>(
                    "ode",
                    "the probability flow by Dormand and Prince's method, in as many steps as the tolerance needs, the same for all"
                            + " samples of a batch, so that a sample depends a little on how many are drawn together;"
                            + " N evaluations are ⌊(N − 1)/6⌋ steps, whatever the batch",
                    SamplerKind.Use.RANGE,
                    Parameters.class,
                    (request, parameters) -> request.evaluations().isPresent()
                            ? choice(request, ButcherTableau.DORMAND_PRINCE, PolynomialSpacing.STANDARD)
                            : choice(request, parameters.tolerance()))
            .evaluationsReplace("tolerance");

    /** N by default, for methods with a given number of steps: beyond, true scores' samples do not get better to the eye. */
    private static final int DEFAULT_EVALUATIONS = 50;

    private final FlowMap map;
    private final boolean denoise;
    private final double whole;
    private final double smallest;
    private int evaluations;

    /**
     * A sampler on a device.
     *
     * @param score of the data perturbed with N(0, σ²I); variables in it are this device's
     * @param batch N×…, how many samples are drawn at once, and the shape of one
     * @param levels of which the smallest and the largest count
     * @param denoise whether to end with x + σ_min²·s(x, σ_min)
     */
    public FlowSampler(
            Device device,
            ScoreFunction score,
            Shape batch,
            NoiseLevels levels,
            Prior prior,
            FlowMethod method,
            boolean denoise) {
        super(batch);
        this.map = new FlowMap(device, score, batch, levels, prior, method);
        this.denoise = denoise;
        this.evaluations = method.evaluations(denoise);
        this.smallest = levels.smallest();
        this.whole = Math.log(levels.largest() / smallest);
    }

    private static SamplerChoice choice(SamplingRequest request, ButcherTableau tableau, PolynomialSpacing spacing) {
        FlowMethod.Fixed method;
        try {
            int evaluations = request.evaluations().orElse(DEFAULT_EVALUATIONS);
            method = FlowMethod.Fixed.of(tableau, evaluations, request.denoise(), spacing);
        } catch (IllegalArgumentException e) {
            throw request.tooFewEvaluations(e.getMessage());
        }
        String steps = method.steps() == 1 ? "1 step" : method.steps() + " steps";
        return choice(request, method, steps + " by " + tableau.name() + "'s method", ", " + spacing.description());
    }

    private static SamplerChoice choice(SamplingRequest request, double tolerance) {
        return choice(
                request,
                new FlowMethod.Adaptive(new Tolerance(tolerance, tolerance)),
                String.format(Locale.ROOT, "steps with errors up to %.2g, the same for a whole batch,", tolerance),
                "");
    }

    private static SamplerChoice choice(SamplingRequest request, FlowMethod method, String how, String spacing) {
        NoiseLevels levels = request.severalLevels();
        return new SamplerChoice(
                String.format(Locale.ROOT, "%s from σ = %.4g to %.4g", how, levels.largest(), levels.smallest())
                        + spacing
                        + request.ending(),
                (device, score, batch) -> new FlowSampler(
                        device, score, batch, levels, Prior.of(batch, levels.largest()), method, request.denoise()));
    }

    @Override
    protected Values draw(long seed, int number, Stages stages) {
        map.startAtNoise(seed, number);
        int before = map.evaluations();
        int[] step = {0};
        map.toData(sigma -> stages.done(step[0]++, sigma, 1 - Math.log(sigma / smallest) / whole, map::x));
        if (denoise) {
            map.denoise();
        }
        evaluations = map.evaluations() - before;
        return map.x();
    }

    @Override
    public int evaluations() {
        return evaluations;
    }

    @Override
    public void close() {
        map.close();
    }
}
