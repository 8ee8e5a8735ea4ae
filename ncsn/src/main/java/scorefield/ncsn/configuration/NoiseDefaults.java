package scorefield.ncsn.configuration;

import scorefield.ncsn.data.DataSet;
import scorefield.ncsn.data.LargestDistance;
import scorefield.ncsn.schedule.Ncsnv2;
import scorefield.ncsn.setting.BadConfigurationException;

/** What {@code auto} means: NCSNv2's techniques applied to the data. */
public final class NoiseDefaults {

    private NoiseDefaults() {}

    /**
     * The configuration with its noise levels chosen, where they were {@code auto}: the largest is the largest distance between two samples
     * (technique 1), and their number is {@link Ncsnv2#levels}'s (technique 2). An objective at one noise level has the smallest only.
     */
    public static Configuration resolve(Configuration configuration, DataSet data) {
        NoiseSettings noise = configuration.noise();
        double smallest = noise.sigmaMin();
        if (!configuration.objective().matching().annealed()) {
            return configuration.with("noise.sigma-max", smallest).with("noise.levels", 1);
        }
        if (noise.sigmaMax().isEmpty() && data.count() < 2) {
            throw new BadConfigurationException("noise.sigma-max is the largest distance between two samples, but "
                    + data.name() + " has only one; give more samples, or set noise.sigma-max");
        }
        double largest =
                noise.sigmaMax().orElseGet(() -> LargestDistance.among(data).value());
        if (!(largest > smallest)) {
            throw new BadConfigurationException("noise.sigma-max must be greater than noise.sigma-min = " + smallest
                    + ", but the largest distance between two samples of " + data.name() + " is " + largest
                    + "; are they all the same? Otherwise set noise.sigma-max");
        }
        int levels = noise.levels()
                .orElseGet(
                        () -> Ncsnv2.levels(largest, smallest, data.dimension()).count());
        return configuration.with("noise.sigma-max", largest).with("noise.levels", levels);
    }
}
