package scorefield.ncsn.study;

import scorefield.ncsn.data.PlanarSets;
import scorefield.ncsn.data.Points;
import scorefield.ncsn.distribution.GaussianMixture;

/**
 * The distribution for studies that accept any: it is in the plane and has a known density and score.
 *
 * @param name its name for people
 * @param mixture the distribution
 */
public record Population(String name, GaussianMixture mixture) {

    /** The built-in mixture of five unequal Gaussians. */
    public static final Population MIXTURE = new Population("mixture", PlanarSets.mixture());

    /** The standard deviation around each point of {@link #around}: that of the built-in mixture's narrowest component. */
    private static final double DEVIATION = 0.2;

    /**
     * A smoothed set of points in the plane: the mixture of N(point, 0.2²·I) over its points. So any set has a known
     * density and score, at a cost proportional to the number of points; a few hundred show the shape.
     */
    public static Population around(Points points) {
        return new Population(points.name(), GaussianMixture.around(points.rows(), DEVIATION));
    }

    /** Samples of it; the same seed gives the same samples. */
    public Points sample(int count, long seed) {
        return Points.of(name, mixture.sample(count, seed));
    }
}
