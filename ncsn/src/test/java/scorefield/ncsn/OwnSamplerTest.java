package scorefield.ncsn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import scorefield.autodiff.Device;
import scorefield.autodiff.ReferenceDevice;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Values;
import scorefield.ncsn.network.ScoreFunction;
import scorefield.ncsn.sampler.BatchSampler;
import scorefield.ncsn.sampler.LangevinDynamics;
import scorefield.ncsn.sampler.Sampler;
import scorefield.ncsn.sampler.SamplerChoice;
import scorefield.ncsn.sampler.SamplerKind;
import scorefield.ncsn.sampler.SamplingRequest;
import scorefield.ncsn.schedule.NoiseLevels;
import scorefield.ncsn.setting.BadConfigurationException;
import scorefield.ncsn.setting.Key;
import scorefield.ncsn.setting.Setting;

/** A sampler that somebody else writes, outside the library's packages, is used as the library's own are. */
class OwnSamplerTest {

    private static final double MEAN = 0.3;
    private static final double VARIANCE = 0.04;
    private static final NoiseLevels LEVELS = NoiseLevels.geometric(1, 0.1, 6);
    private static final Shape BATCH = Shape.of(500, 40);
    private static final ScoreFunction SCORE = (x, sigma) ->
            x.minus(MEAN).over(sigma.square().plus(VARIANCE).reshape(-1, 1)).negate();

    /**
     * DDIM, variance exploding (J. Song et al. 2021, arXiv 2010.02502, eq. 12): x ← x + a·s(x, σ) + b·z with b = ν·τ·√(1 − τ²/σ²) and a = σ² −
     * σ·√(τ² − b²), from σ to τ.
     */
    static final class Ddim extends BatchSampler {

        record Parameters(
                @Setting(
                        defaultValue = "0.5",
                        min = 0,
                        max = 1,
                        description = "ν, from 0 (no new noise) to 1 (ancestral sampling)")
                double newNoise) {}

        static final SamplerKind<Parameters> KIND = new SamplerKind<>(
                "ddim",
                "DDIM; N evaluations are N noise levels",
                SamplerKind.Use.LEVELS,
                Parameters.class,
                Ddim::choice);

        private final LangevinDynamics chains;
        private final NoiseLevels levels;
        private final double newNoise;

        Ddim(Device device, ScoreFunction score, Shape batch, NoiseLevels levels, double newNoise) {
            super(batch);
            this.chains = new LangevinDynamics(device, score, batch);
            this.levels = levels;
            this.newNoise = newNoise;
        }

        private static SamplerChoice choice(SamplingRequest request, Parameters parameters) {
            OptionalInt steps = request.steps();
            NoiseLevels levels = steps.isEmpty() ? request.severalLevels() : request.respaced(steps.getAsInt() + 1);
            return new SamplerChoice(
                    levels.description(),
                    (device, score, batch) -> new Ddim(device, score, batch, levels, parameters.newNoise()));
        }

        @Override
        protected Values draw(long seed, int number, Stages stages) {
            chains.seed(seed, number);
            chains.startPerturbed(levels.largest());
            for (int i = 0; i + 1 < levels.count(); i++) {
                double next = levels.sigma(i + 1);
                double noise = noise(levels.sigma(i), next, newNoise);
                chains.move(levels.sigma(i), drift(levels.sigma(i), next, noise), noise);
                stages.done(i, next, (i + 1.0) / (levels.count() - 1), chains::x);
            }
            chains.denoise(levels.smallest());
            return chains.x();
        }

        static double noise(double sigma, double next, double newNoise) {
            return newNoise * next * Math.sqrt(1 - next * next / (sigma * sigma));
        }

        static double drift(double sigma, double next, double noise) {
            return sigma * sigma - sigma * Math.sqrt(next * next - noise * noise);
        }

        @Override
        public int evaluations() {
            return levels.count();
        }

        @Override
        public void close() {
            chains.close();
        }
    }

    @Test
    void samplesHaveTheMomentsThatItsStepsGive() {
        double mean = 0.5;
        double variance = 1.0 / 12 + LEVELS.largest() * LEVELS.largest();
        for (int i = 0; i + 1 < LEVELS.count(); i++) {
            double sigma = LEVELS.sigma(i);
            double noise = Ddim.noise(sigma, LEVELS.sigma(i + 1), 0.5);
            double keep = 1 - Ddim.drift(sigma, LEVELS.sigma(i + 1), noise) / (VARIANCE + sigma * sigma);
            mean = MEAN + keep * (mean - MEAN);
            variance = keep * keep * variance + noise * noise;
        }
        double kept = VARIANCE / (VARIANCE + LEVELS.smallest() * LEVELS.smallest());
        mean = MEAN + kept * (mean - MEAN);
        variance = kept * kept * variance;

        Ddim.Parameters parameters = Ddim.KIND.parameters().defaults();
        try (Device device = new ReferenceDevice();
                Sampler sampler = Ddim.KIND.choose(LEVELS, parameters).on(device, SCORE, BATCH)) {
            double[] x = sampler.sample(500, 1).doubles();
            double drawnMean = 0;
            double drawnVariance = 0;
            for (double number : x) {
                drawnMean += number / x.length;
                drawnVariance += (number - mean) * (number - mean) / x.length;
            }
            assertThat(drawnMean).isCloseTo(mean, within(4.5 * Math.sqrt(variance / x.length)));
            assertThat(drawnVariance).isCloseTo(variance, within(4.5 * variance * Math.sqrt(2.0 / x.length)));
            assertThat(sampler.evaluations()).isEqualTo(6);
        }
    }

    @Test
    void itsParametersAreSettingsAndItsEvaluationsAreChecked() {
        Key key = Ddim.KIND.parameters().keys().get(0);
        assertThat(key.name()).isEqualTo("sampling.new-noise");
        assertThat(key.read(1)).isEqualTo(1.0);
        assertThatThrownBy(() -> key.read(2))
                .isInstanceOf(BadConfigurationException.class)
                .hasMessage("sampling.new-noise must be a number from 0 to 1; got 2");
        SamplerChoice quick = Ddim.KIND.choose(LEVELS, OptionalInt.of(3), true, new Ddim.Parameters(1));
        assertThat(quick.description()).isEqualTo("3 noise levels from σ = 1.000 to 0.1000");
        assertThatThrownBy(() -> Ddim.KIND.choose(LEVELS, OptionalInt.of(1), true, new Ddim.Parameters(1)))
                .hasMessageStartingWith("sampling.evaluations = 1 is too small for ddim: ");
    }
}
