package scorefield.ncsn.sampler;

import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import scorefield.autodiff.Device;
import scorefield.autodiff.Executable;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;
import scorefield.ncsn.network.ScoreFunction;
import scorefield.ncsn.schedule.NoiseLevels;
import scorefield.ncsn.setting.Setting;

/**
 * Predictor-corrector sampling, variance exploding (Song et al. 2021, arXiv 2011.13456): at each noise level M steps of Langevin dynamics
 * correct the distribution (their algorithm 4), and one step of ancestral sampling predicts that of the next level (their appendix F,
 * eq. 47):
 *
 * <pre>
 * corrector  x ← x + (α/2)·s(x, σᵢ) + √α·z         α = 4·(r·‖z‖/‖s(x, σᵢ)‖)²
 * predictor  x ← x + (σᵢ² − σᵢ₊₁²)·s(x, σᵢ) + (σᵢ₊₁/σᵢ)·√(σᵢ² − σᵢ₊₁²)·z
 * </pre>
 *
 * <p>Their algorithm 2 predicts by the reverse diffusion, with the noise √(σᵢ² − σᵢ₊₁²)·z. The two agree where levels lie close together.
 * Between levels a ratio γ apart the reverse diffusion leaves the noise's variance at (γ² − 1 + 1/γ²)·σᵢ₊₁² instead of σᵢ₊₁²: 28 % too much
 * for γ = 1.3 at every step, and a network that never saw data with more noise than the given noise level does not remove it. With 25
 * levels from 16 to 0.01 on MNIST nothing but noise came out, where the ancestral prediction, exact for any γ, gives digits.
 *
 * <p>With σ_{L+1} = 0 the last prediction is the denoising step; its noise is left out. Their corrector has ε = α/2. r is the
 * signal-to-noise ratio of a corrector's step, ‖(α/2)·s‖/‖√α·z‖: the step's length follows from it, whatever the level and the network.
 *
 * <p>‖z‖ and ‖s‖ are means over the batch, as in the authors' code, taken on the device. A chain's own would make the step depend on
 * where the chain is: in few dimensions the score may be nearly 0, and that step endless. So here, unlike with other samplers, a sample
 * depends on the batch that it is drawn with.
 *
 * <p>Their algorithm 2 predicts first, their code corrects first, and so does this: it then corrects the start as well. The chains start at
 * uniform points of (0, 1)^D perturbed with N(0, σ₁²I).
 */
public final class PredictorCorrector extends BatchSampler {

    /**
     * What can be chosen.
     *
     * @param snr r, the signal-to-noise ratio of a corrector's step
     * @param corrections M, the corrector's steps at each noise level
     */
    public record Parameters(
            @Setting(
                    defaultValue = "0.16",
                    above = 0,
                    max = 10,
                    description = "r, the signal-to-noise ratio of a corrector's step")
            double snr,

            @Setting(
                    defaultValue = "1",
                    min = 0,
                    max = 10_000,
                    description = "M, the corrector's steps at each noise level")
            int corrections) {}

    /** {@code predictor-corrector}. */
    public static final SamplerKind<Parameters> KIND = new SamplerKind<>(
            "predictor-corrector",
            "ancestral prediction and M corrections by Langevin dynamics at each noise level, with step sizes for a batch as a"
                    + " whole, so that a sample depends a little on how many are drawn together; N evaluations are ⌊N/(1 + M)⌋ noise"
                    + " levels",
            SamplerKind.Use.LEVELS,
            Parameters.class,
            PredictorCorrector::choice);

    private final Chains chains;
    private final Tensor sigma = Tensor.input("sigma", Shape.SCALAR);
    private final Tensor drift = Tensor.input("drift", Shape.SCALAR);
    private final Tensor spread = Tensor.input("spread", Shape.SCALAR);
    private final Tensor ratio = Tensor.input("signal-to-noise ratio", Shape.SCALAR);
    /** x ← x + (drift + α/2)·s + (spread + √α)·z: with r = 0 a prediction, else a correction; the network is compiled and placed once. */
    private final Executable move;

    private final NoiseLevels levels;
    private final double snr;
    private final int corrections;
    private final boolean denoise;

    /**
     * A sampler on a device.
     *
     * @param score of the data perturbed with N(0, σ²I); variables in it are this device's
     * @param batch N×…, how many samples are drawn at once, and the shape of one
     * @param snr r &gt; 0; the paper has 0.16 for CIFAR-10
     * @param corrections M, steps of the corrector at each level; 0 for the predictor alone
     * @param denoise whether to end with x + σ_L²·s(x, σ_L)
     */
    public PredictorCorrector(
            Device device,
            ScoreFunction score,
            Shape batch,
            NoiseLevels levels,
            double snr,
            int corrections,
            boolean denoise) {
        super(batch);
        if (!(snr > 0) || corrections < 0) {
            throw new IllegalArgumentException(
                    "corrections must be at least 0 and the signal-to-noise ratio positive; got " + corrections
                            + " and " + snr);
        }
        this.chains = new Chains(device, batch);
        Tensor s = score.score(chains.x, chains.forAll(sigma));
        Tensor z = chains.noise();
        // Without corrections r is always 0, and √α too even where s is 0.
        Tensor length = corrections == 0 ? Tensor.scalar(1) : meanNorm(s);
        Tensor root = ratio.times(2).times(meanNorm(z).over(length)); // √α
        Tensor along = drift.plus(root.square().times(0.5));
        this.move = device.compile(chains.moving(
                chains.x.plus(along.times(s)).plus(spread.plus(root).times(z))));
        this.levels = levels;
        this.snr = snr;
        this.corrections = corrections;
        this.denoise = denoise;
    }

    private static SamplerChoice choice(SamplingRequest request, Parameters parameters) {
        int corrections = parameters.corrections();
        double snr = parameters.snr();
        OptionalInt steps = request.steps();
        NoiseLevels levels = steps.isEmpty()
                ? request.severalLevels()
                : request.respaced((steps.getAsInt() + 1) / (1 + corrections));
        return new SamplerChoice(
                levels.description()
                        + String.format(
                                Locale.ROOT,
                                ", %d %s each, signal-to-noise ratio %.4g over the batch",
                                corrections,
                                corrections == 1 ? "correction" : "corrections",
                                snr)
                        + request.ending(),
                (device, score, batch) ->
                        new PredictorCorrector(device, score, batch, levels, snr, corrections, request.denoise()));
    }

    /** The mean over a batch N×… of the samples' Euclidean norms. */
    private static Tensor meanNorm(Tensor x) {
        return x.square()
                .sum(IntStream.range(1, x.shape().rank()).toArray())
                .sqrt()
                .mean();
    }

    @Override
    protected Values draw(long seed, int number, Stages stages) {
        chains.seed(seed, number);
        chains.startUniform(levels.largest());
        for (int i = 0; i < levels.count(); i++) {
            double level = levels.sigma(i);
            for (int m = 0; m < corrections; m++) {
                move(level, 0, 0, snr);
            }
            boolean last = i + 1 == levels.count();
            double next = last ? level : levels.sigma(i + 1);
            if (!last) {
                double removed = level * level - next * next;
                move(level, removed, next / level * Math.sqrt(removed), 0);
            }
            if (!chains.isFinite()) {
                throw new DivergenceException(
                        i, level, "signal-to-noise ratio " + snr, "try a smaller ratio, or more levels");
            }
            stages.done(i, next, (i + 1.0) / levels.count(), chains::read);
        }
        if (denoise) {
            move(levels.smallest(), levels.smallest() * levels.smallest(), 0, 0);
        }
        return chains.read();
    }

    private void move(double level, double along, double around, double r) {
        move.run(Map.of(
                sigma,
                Values.scalar(level),
                drift,
                Values.scalar(along),
                spread,
                Values.scalar(around),
                ratio,
                Values.scalar(r),
                chains.state,
                chains.nextState()));
    }

    /** L·(M + 1), less one without the denoising step. */
    @Override
    public int evaluations() {
        return levels.count() * (corrections + 1) - (denoise ? 0 : 1);
    }

    @Override
    public void close() {
        chains.close();
        move.close();
    }
}
