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
import scorefield.ncsn.setting.Setting;

/**
 * DPM-Solver++(2M) (Lu et al. 2022, arXiv 2211.01095, algorithm 2, for perturbed data x + σz), and its stochastic form: a multistep method
 * for the probability flow, one evaluation a noise level.
 *
 * <pre>
 * D  = x + σᵢ²·s(x, σᵢ)                                   h = ln(σᵢ/σᵢ₊₁),  r = h of the step before / h
 * D′ = (1 + 1/(2r))·D − 1/(2r)·(D of the step before)     at the first step D′ = D
 * x ← (σᵢ₊₁/σᵢ)·e^(−ηh)·x + (1 − e^(−(1+η)h))·D′ + σᵢ₊₁·√(1 − e^(−2ηh))·z
 * </pre>
 *
 * <p>In ln σ the flow is dx/d ln σ = x − D(x, σ): linear but for the denoiser D, and the linear part is solved exactly. D changes slowly, so
 * it is extrapolated from two levels. η = 0 is the flow itself; with η = 1 a step also replaces as much noise by fresh noise as the
 * reverse diffusion does (DPM-Solver++(2M) SDE). The last step, to σ = 0, is x ← D: the denoising step.
 *
 * <p>The chains start at uniform points of (0, 1)^D perturbed with N(0, σ₁²I), as all samplers' here do.
 */
public final class DpmSolver extends BatchSampler {

    /**
     * What can be chosen.
     *
     * @param spacing of the noise levels
     * @param freshNoise η
     */
    public record Parameters(
            PolynomialSpacing spacing,

            @Setting(
                    defaultValue = "0",
                    min = 0,
                    max = 1,
                    description =
                            "η, from 0 (no fresh noise: the probability flow) to 1 (as much as the reverse diffusion adds)")
            double freshNoise) {}

    /** {@code dpm-solver}. */
    public static final SamplerKind<Parameters> KIND = new SamplerKind<>(
            "dpm-solver",
            "DPM-Solver++(2M), or its stochastic form; N evaluations are N noise levels",
            SamplerKind.Use.RANGE,
            Parameters.class,
            DpmSolver::choice);

    /** N by default. */
    private static final int DEFAULT_EVALUATIONS = 25;

    private final Chains chains;
    private final Tensor sigma = Tensor.input("sigma", Shape.SCALAR);
    private final Tensor keep = Tensor.input("of x", Shape.SCALAR);
    private final Tensor present = Tensor.input("of D", Shape.SCALAR);
    private final Tensor past = Tensor.input("of the D before", Shape.SCALAR);
    private final Tensor spread = Tensor.input("of z", Shape.SCALAR);
    private final Executable move;

    private final NoiseLevels levels;
    private final double eta;
    private final boolean denoise;

    /**
     * A sampler on a device.
     *
     * @param score of the data perturbed with N(0, σ²I); variables in it are this device's
     * @param batch N×…, how many samples are drawn at once, and the shape of one
     * @param levels such as {@link NoiseLevels#polynomial}'s
     * @param eta η from 0, no fresh noise, to 1
     * @param denoise whether to take the last step, to σ = 0
     */
    public DpmSolver(Device device, ScoreFunction score, Shape batch, NoiseLevels levels, double eta, boolean denoise) {
        super(batch);
        if (!(eta >= 0 && eta <= 1)) {
            throw new IllegalArgumentException("η must be between 0 and 1; got " + eta);
        }
        this.chains = new Chains(device, batch);
        Tensor before = Tensor.variable("denoised before", batch);
        Tensor denoised = chains.x.plus(sigma.square().times(score.score(chains.x, chains.forAll(sigma))));
        Tensor next = chains.x
                .times(keep)
                .plus(denoised.times(present))
                .plus(Tensor.select(past, before, denoised)
                        .times(past)) // what a batch before has left is no number of this one
                .plus(chains.noise().times(spread));
        // In a fixed order, so that it is planned alike in every start.
        Map<Tensor, Tensor> updates = new LinkedHashMap<>();
        updates.put(chains.x, next);
        updates.put(before, denoised);
        this.move = device.compile(new Program(List.of(), updates));
        this.levels = levels;
        this.eta = eta;
        this.denoise = denoise;
    }

    private static SamplerChoice choice(SamplingRequest request, Parameters parameters) {
        int evaluations = request.evaluations().orElse(DEFAULT_EVALUATIONS);
        NoiseLevels levels = request.respaced(evaluations + (request.denoise() ? 0 : 1), parameters.spacing());
        double eta = parameters.freshNoise();
        return new SamplerChoice(
                levels.description()
                        + ", " + parameters.spacing().description() + String.format(Locale.ROOT, ", η = %.4g", eta)
                        + request.ending(),
                (device, score, batch) -> new DpmSolver(device, score, batch, levels, eta, request.denoise()));
    }

    @Override
    protected Values draw(long seed, int number, Stages stages) {
        chains.seed(seed, number);
        chains.startUniform(levels.largest());
        double hBefore = 0;
        for (int i = 0; i + 1 < levels.count(); i++) {
            double level = levels.sigma(i);
            double next = levels.sigma(i + 1);
            double h = Math.log(level / next);
            double extrapolated = i == 0 ? 0 : h / (2 * hBefore);
            double denoised = -Math.expm1(-(1 + eta) * h);
            move(
                    level,
                    Math.exp(-(1 + eta) * h),
                    denoised * (1 + extrapolated),
                    -denoised * extrapolated,
                    next * Math.sqrt(-Math.expm1(-2 * eta * h)));
            hBefore = h;
            if (!chains.isFinite()) {
                throw new DivergenceException(i, level, "η = " + eta, "try more levels");
            }
            stages.done(i, next, (i + 1.0) / evaluations(), chains::read);
        }
        if (denoise) {
            move(levels.smallest(), 0, 1, 0, 0);
            stages.done(levels.count() - 1, 0, 1, chains::read);
        }
        return chains.read();
    }

    private void move(double level, double ofX, double ofDenoised, double ofBefore, double ofNoise) {
        move.run(Map.of(
                sigma,
                Values.scalar(level),
                keep,
                Values.scalar(ofX),
                present,
                Values.scalar(ofDenoised),
                past,
                Values.scalar(ofBefore),
                spread,
                Values.scalar(ofNoise),
                chains.state,
                chains.nextState()));
    }

    /** L, one less without the last step. */
    @Override
    public int evaluations() {
        return levels.count() - (denoise ? 0 : 1);
    }

    @Override
    public void close() {
        chains.close();
        move.close();
    }
}
