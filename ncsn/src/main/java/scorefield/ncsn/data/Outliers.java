package scorefield.ncsn.data;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A few samples that alone set the largest distance, and with it NCSNv2's largest noise level.
 *
 * <p><b>The rule:</b> without the samples farthest from the mean, at most a thousandth of all, the largest distance would be less than
 * 1/{@value #FACTOR} of what it is. The largest distance grows with the number of samples even where nothing is out of place, but not
 * like this: of Gaussian data the largest distance from the mean is about √(2·ln N), and a thousandth of them lies beyond √(2·ln 1000) =
 * 3.7; up to N = 20,000 (4.5) that is a factor of 1.2, in one or two dimensions, and less in more. Few samples (below {@value #FEWEST}) do not
 * say what is usual.
 *
 * @param samples their indices, the farthest from the mean first: the fewest without which the largest distance is within a tenth of what it
 *     is without all that were considered
 * @param largest the largest distance with them
 * @param without the largest distance without them
 */
public record Outliers(List<Integer> samples, double largest, double without) {

    /** How many times as large the largest distance must be with them. */
    public static final double FACTOR = 1.5;

    /** Of fewer samples nothing is said. */
    public static final int FEWEST = 10;

    private static final double A_TENTH = 1.1;

    /** The outliers among some samples, if there are any. */
    public static Optional<Outliers> among(PairwiseDistances distances) {
        int[] candidates = distances.candidates();
        double rest = distances.largestWithout(candidates.length);
        if (distances.samples() < FEWEST || !(distances.largest() > FACTOR * rest)) {
            return Optional.empty();
        }
        int count = 1;
        while (distances.largestWithout(count) > A_TENTH * rest) {
            count++;
        }
        return Optional.of(new Outliers(
                Arrays.stream(candidates, 0, count).boxed().toList(),
                distances.largest(),
                distances.largestWithout(count)));
    }
}
