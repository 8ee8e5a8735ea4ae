package scorefield.kernels.tuning;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import scorefield.autodiff.Values;
import scorefield.kernels.pass.Problem;

/** Says whether what a kernel computes is right; see {@link Tuner} for by what. */
public final class Judge {

    private final Excerpt excerpt;
    private final Values reference;
    private final List<Values> shipped;

    /**
     * @param numbers of the problem's inputs
     * @param shipped what the shipped kernel makes of them
     * @throws IllegalStateException if that is wrong
     */
    public Judge(Problem problem, List<Values> numbers, List<Values> shipped) {
        this.excerpt = Excerpt.of(problem);
        this.reference = excerpt.expected(numbers);
        this.shipped = shipped;
        double error = distance(excerpt.of(shipped.get(0)), reference);
        if (!(error <= excerpt.tolerance())) {
            throw new IllegalStateException(String.format(
                    Locale.ROOT,
                    "on this device the kernel for %s is wrong: off by %.3g where rounding explains %.3g; choose another device",
                    problem.key(),
                    error,
                    excerpt.tolerance()));
        }
    }

    /** What is wrong with a candidate's results, if anything is. */
    public Optional<String> fault(List<Values> results) {
        double tolerance = excerpt.tolerance();
        double error = distance(excerpt.of(results.get(0)), reference);
        if (!(error <= tolerance)) {
            return Optional.of(String.format(
                    Locale.ROOT,
                    "it is off by %.3g from the reference where rounding explains %.3g",
                    error,
                    tolerance));
        }
        for (int k = 0; k < results.size(); k++) {
            double difference = distance(results.get(k), shipped.get(k));
            if (!(difference <= 2 * tolerance)) { // each of the two may be off by one
                return Optional.of(String.format(
                        Locale.ROOT,
                        "it is off by %.3g from the shipped kernel where rounding explains %.3g",
                        difference,
                        2 * tolerance));
            }
        }
        return Optional.empty();
    }

    /** The largest difference; NaN where a number is NaN. */
    private static double distance(Values a, Values b) {
        double largest = 0;
        for (int i = 0; i < b.shape().size(); i++) {
            double difference = Math.abs(a.get(i) - b.get(i));
            largest = difference > largest || Double.isNaN(difference) ? difference : largest;
            if (Double.isNaN(largest)) {
                return largest;
            }
        }
        return largest;
    }
}
