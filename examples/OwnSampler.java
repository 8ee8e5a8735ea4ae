import scorefield.autodiff.Device;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Values;
import scorefield.kernels.Devices;
import scorefield.ncsn.data.PlanarSets;
import scorefield.ncsn.distribution.GaussianMixture;
import scorefield.ncsn.distribution.MixtureScore;
import scorefield.ncsn.network.ScoreFunction;
import scorefield.ncsn.sampler.BatchSampler;
import scorefield.ncsn.sampler.LangevinDynamics;
import scorefield.ncsn.sampler.Sampler;
import scorefield.ncsn.schedule.NoiseLevels;

/**
 * Writes a sampler of one's own. This one follows the score from each noise level to the next without adding noise, an Euler step of the
 * probability flow. It takes any score: here the exact one of a mixture of Gaussians. Prints the samples' moments beside the mixture's.
 */
public class OwnSampler {

    static final class Euler extends BatchSampler {
        private final LangevinDynamics dynamics;
        private final NoiseLevels levels;

        Euler(Device device, ScoreFunction score, Shape batch, NoiseLevels levels) {
            super(batch);
            this.dynamics = new LangevinDynamics(device, score, batch);
            this.levels = levels;
        }

        @Override
        protected Values draw(long seed, int number, Stages stages) {
            dynamics.seed(seed, number);
            dynamics.startPerturbed(levels.largest());
            for (int i = 0; i + 1 < levels.count(); i++) {
                double sigma = levels.sigma(i);
                double next = levels.sigma(i + 1);
                dynamics.follow(sigma, 2 * sigma * (sigma - next)); // x ← x + σ(σ − σ′)·s(x, σ): half of the size
                stages.done(i, next, (i + 1.0) / evaluations(), dynamics::x);
            }
            return dynamics.x();
        }

        @Override
        public int evaluations() {
            return levels.count() - 1;
        }

        @Override
        public void close() {
            dynamics.close();
        }
    }

    public static void main(String[] args) {
        GaussianMixture mixture = PlanarSets.mixture();
        NoiseLevels levels = NoiseLevels.geometric(20, 0.01, 200);
        try (Device device = Devices.open();
                Sampler sampler = new Euler(device, new MixtureScore(mixture), Shape.of(2000, 2), levels)) {
            Values samples = sampler.sample(2000, 1);
            for (int axis = 0; axis < 2; axis++) {
                double mean = 0;
                double square = 0;
                for (int i = 0; i < 2000; i++) {
                    mean += samples.get(2 * i + axis) / 2000;
                    square += Math.pow(samples.get(2 * i + axis), 2) / 2000;
                }
                System.out.printf(
                        "axis %d: mean %.2f (exact %.2f), variance %.2f (exact %.2f)%n",
                        axis,
                        mean,
                        mixture.mean()[axis],
                        square - mean * mean,
                        mixture.covariance()[axis][axis]);
            }
        }
    }
}
