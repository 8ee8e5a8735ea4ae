import scorefield.autodiff.Device;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Values;
import scorefield.kernels.Devices;
import scorefield.ncsn.data.PlanarSets;
import scorefield.ncsn.data.Points;
import scorefield.ncsn.distribution.GaussianMixture;
import scorefield.ncsn.distribution.MixtureScore;
import scorefield.ncsn.metric.SlicedWasserstein;
import scorefield.ncsn.network.ScoreFunction;
import scorefield.ncsn.sampler.BatchSampler;
import scorefield.ncsn.sampler.LangevinDynamics;
import scorefield.ncsn.schedule.NoiseLevels;

/**
 * Writes a sampler of one's own: Euler's method for the probability flow, dx/dσ = −σ·s(x, σ). It takes any score; here, the exact one of a
 * mixture of Gaussians. Prints how far its samples are from the mixture, and how far exact samples are.
 */
public class OwnSampler extends BatchSampler {
    private final LangevinDynamics dynamics;
    private final NoiseLevels levels;

    OwnSampler(Device device, ScoreFunction score, Shape batch, NoiseLevels levels) {
        super(batch);
        this.dynamics = new LangevinDynamics(device, score, batch);
        this.levels = levels;
    }

    @Override
    protected Values draw(long seed, int number, Stages stages) {
        dynamics.seed(seed, number);
        dynamics.startPerturbed(levels.largest());
        for (int i = 0; i < evaluations(); i++) {
            double sigma = levels.sigma(i);
            double next = levels.sigma(i + 1);
            dynamics.move(sigma, sigma * (sigma - next), 0); // x ← x + σ(σ − σ′)·s(x, σ), no noise
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

    public static void main(String[] args) {
        GaussianMixture mixture = PlanarSets.mixture();
        NoiseLevels levels = NoiseLevels.geometric(20, 0.01, 200);
        try (Device device = Devices.open();
                OwnSampler sampler = new OwnSampler(device, new MixtureScore(mixture), Shape.of(2000, 2), levels)) {
            double[][] samples = Points.of("samples", 2, sampler.sample(2000, 1).floats()).rows();
            double[][] reference = mixture.sample(2000, 2);
            System.out.printf(
                    "sliced Wasserstein distance from the mixture: %.3f (exact samples: %.3f)%n",
                    SlicedWasserstein.distance(samples, reference, 100, 1),
                    SlicedWasserstein.distance(mixture.sample(2000, 3), reference, 100, 1));
        }
    }
}
