package scorefield.bench;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * How well the results of a peer agree with those of another.
 *
 * @param differences of everything that is compared
 */
record Agreement(List<Difference> differences) {

    /**
     * The difference of one result.
     *
     * @param what the result
     * @param relative the norm of the difference, relative to the norm of the right result; NaN if a number is missing or not finite
     * @param allowed the largest relative difference that the precision explains
     */
    record Difference(String what, double relative, double allowed) {

        /** The difference between two vectors. */
        static Difference of(String what, float[] ours, float[] right, double allowed) {
            double relative = ours.length == right.length ? norm(minus(ours, right)) / norm(right) : Double.NaN;
            return new Difference(what, relative, allowed);
        }

        private boolean isAllowed() {
            return relative <= allowed; // so that NaN is not
        }

        private String text() {
            return String.format(Locale.ROOT, "%s differs by %.1e", what, relative);
        }
    }

    static Agreement of(Difference... differences) {
        return new Agreement(List.of(differences));
    }

    /** Whether every difference is as small as the precision explains. */
    boolean holds() {
        return differences.stream().allMatch(Difference::isAllowed);
    }

    /** The largest difference. */
    double largest() {
        return differences.stream().mapToDouble(Difference::relative).max().orElse(0);
    }

    /** The differences in words, such as "score differs by 3.4e-06". */
    String text() {
        return differences.stream().map(Difference::text).collect(Collectors.joining(", "));
    }

    /** What differs too much, in words; empty if nothing does. */
    String objection() {
        return differences.stream()
                .filter(difference -> !difference.isAllowed())
                .map(difference -> String.format(
                        Locale.ROOT, "%s of its norm, more than %.0e", difference.text(), difference.allowed()))
                .collect(Collectors.joining(", "));
    }

    /** a − b. */
    static float[] minus(float[] a, float[] b) {
        float[] result = new float[a.length];
        for (int i = 0; i < result.length; i++) {
            result[i] = a[i] - b[i];
        }
        return result;
    }

    private static double norm(float[] vector) {
        double sum = 0;
        for (float number : vector) {
            sum += (double) number * number;
        }
        return Math.sqrt(sum);
    }
}
