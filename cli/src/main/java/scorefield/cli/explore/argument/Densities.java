package scorefield.cli.explore.argument;

import java.util.List;
import scorefield.ncsn.data.PlanarSets;
import scorefield.ncsn.data.Points;
import scorefield.ncsn.distribution.Gaussian;
import scorefield.ncsn.distribution.GaussianMixture;
import scorefield.ncsn.file.Json;
import scorefield.ncsn.study.Population;

/** The densities of the plane that a person can choose; the score of each is known. */
final class Densities {

    /** They lie in about [−4, 4]²; chains start anywhere in it. */
    static final double REACH = 4;

    /** As many components are modes that a person can count. */
    private static final int FEW = 8;

    /** The number of points of a smoothed set, enough to show its shape. */
    private static final int POINTS = 200;

    /** The most points that a person can draw. */
    private static final int DRAWN = 400;

    private static final double LEAST_WEIGHT = 0.01;

    /** The two modes' distance from the origin along each axis, and their standard deviation: they hardly overlap. */
    private static final double AWAY = 1.6;

    private static final double WIDTH = 0.4;

    private Densities() {}

    /**
     * A density as a page names it.
     *
     * @param density {@code kind}: {@code mixture}; {@code modes}, with the first mode's {@code weight}; {@code drawn}, with
     *     {@code points}, a list of pairs; or a set of the plane, which is smoothed as in {@link Population#around}
     */
    static Population of(Json density) {
        String kind = density.member("kind").text();
        return switch (kind) {
            case "mixture" -> Population.MIXTURE;
            case "modes" -> new Population("two modes", modes(density.member("weight")));
            case "drawn" -> Population.around(Points.of("drawn", drawn(density.member("points"))));
            default -> Population.around(PlanarSets.of(kind, POINTS, 0));
        };
    }

    private static GaussianMixture modes(Json weight) {
        double first = weight.number(LEAST_WEIGHT);
        if (first > 1 - LEAST_WEIGHT) {
            throw weight.isNot("at most " + (1 - LEAST_WEIGHT));
        }
        return GaussianMixture.of(new double[] {first, 1 - first}, List.of(mode(AWAY), mode(-AWAY)));
    }

    private static Gaussian mode(double at) {
        return Gaussian.isotropic(new double[] {at, at}, WIDTH);
    }

    private static double[][] drawn(Json points) {
        List<Json> pairs = points.list();
        if (pairs.isEmpty() || pairs.size() > DRAWN) {
            throw points.isNot("from 1 to " + DRAWN + " points; draw with the mouse");
        }
        return pairs.stream()
                .map(pair -> {
                    if (pair.list().size() != 2) {
                        throw pair.isNot("a pair of numbers");
                    }
                    return pair.list().stream().mapToDouble(Json::number).toArray();
                })
                .toArray(double[][]::new);
    }

    /** Whether its components are modes that can be counted, and not the points of a set. */
    static boolean hasFewModes(Population population) {
        return population.mixture().components().size() <= FEW;
    }
}
