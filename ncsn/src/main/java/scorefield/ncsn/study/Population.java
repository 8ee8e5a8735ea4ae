package scorefield.ncsn.study;

import scorefield.ncsn.data.PlanarSets;
import scorefield.ncsn.data.Points;
import scorefield.ncsn.distribution.GaussianMixture;

/**
 * The distribution that a study is about where it is about no particular one: in the plane, with a density and a score that are known.
 *
 * @param name what people call it
 * @param mixture itself
 */
public record Population(String name, GaussianMixture mixture) {

    /** The built-in mixture of five unequal Gaussians. */
    public static final Population MIXTURE = new Population("mixture", PlanarSets.mixture());

    /** The standard deviation around each point of {@link #around}: that of the built-in mixture's narrowest component. */
    private static final double DEVIATION = 0.2;

    /**
     * Any set of points in the plane, smoothed: the mixture of N(point, 0.2²·I) over its points. So every set has a density and a score that are
     * known, at a price in proportion to the points; a few hundred show the shape.
     */
    public static Population around(Points points) {
        return new Population(points.name(), GaussianMixture.around(points.rows(), DEVIATION));
    }

    /** Points of it, the same for the same seed. */
    public Points sample(int count, long seed) {
        return Points.of(name, mixture.sample(count, seed));
    }
}
