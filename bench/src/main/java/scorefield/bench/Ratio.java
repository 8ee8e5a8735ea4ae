package scorefield.bench;

import java.util.Arrays;
import java.util.Locale;

/**
 * A measured ratio with its target.
 *
 * @param work what was measured
 * @param unit {@code ×} where it is compared with a peer, {@code s} for a time
 * @param target the limit that must be reached; 0 if there is none
 * @param aim a stricter limit that is not required
 * @param atMost whether smaller is better
 * @param median over the rounds
 * @param lower quartile
 * @param upper quartile
 */
record Ratio(
        String work,
        String unit,
        double target,
        double aim,
        boolean atMost,
        double median,
        double lower,
        double upper) {

    /** A ratio for which larger is better; one number for each round. */
    static Ratio atLeast(String work, double target, double aim, double[] rounds) {
        return of(work, "×", target, aim, false, rounds);
    }

    /** A number for which smaller is better; one number for each round. */
    static Ratio atMost(String work, String unit, double target, double aim, double[] rounds) {
        return of(work, unit, target, aim, true, rounds);
    }

    private static Ratio of(String work, String unit, double target, double aim, boolean atMost, double[] rounds) {
        return new Ratio(
                work,
                unit,
                target,
                aim,
                atMost,
                Race.quantile(rounds, 0.5),
                Race.quantile(rounds, 0.25),
                Race.quantile(rounds, 0.75));
    }

    /** The geometric mean of several ratios in each round. */
    static double[] geometricMean(double[][] ratios) {
        double[] mean = new double[ratios[0].length];
        for (int round = 0; round < mean.length; round++) {
            int r = round;
            mean[round] = Math.exp(Arrays.stream(ratios)
                    .mapToDouble(ratio -> Math.log(ratio[r]))
                    .average()
                    .orElseThrow());
        }
        return mean;
    }

    private boolean meets(double limit) {
        return atMost ? median <= limit : median >= limit;
    }

    /** Whether the aim, the target or neither is reached. */
    String verdict() {
        if (meets(aim)) {
            return "better than the aim";
        }
        if (target == 0) {
            return "aim not reached";
        }
        return meets(target) ? "reached" : "**not reached**";
    }

    /** A row of the document's first table. */
    String row() {
        String sign = atMost ? "≤" : "≥";
        return String.format(
                Locale.ROOT,
                "| %s | **%s** | %s … %s | %s | %s | %s |%n",
                work,
                number(median),
                number(lower),
                number(upper),
                target == 0 ? "–" : sign + " " + number(target),
                sign + " " + number(aim),
                verdict());
    }

    private String number(double value) {
        return String.format(Locale.ROOT, "%.2f %s", value, unit);
    }
}
