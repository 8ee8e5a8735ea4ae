package scorefield.kernels.tuning;

import java.util.Arrays;
import java.util.OptionalDouble;
import java.util.function.BooleanSupplier;

/**
 * One candidate against the shipped default: they take turns, so that whatever else happens on the machine happens to both, and the
 * candidate must be faster by a clear margin in every single round. A lost round ends it. So chance lets no slower candidate win: under
 * load a faster one may lose, which costs nothing that one had before.
 */
final class Contest {

    static final int ROUNDS = 5;

    /** The most of the default's time that the candidate may take in any round. */
    static final double MARGIN = 0.97;

    private Contest() {}

    /**
     * The candidate's time as a part of the default's, the median of all rounds, if it won every one of them before the time was up.
     */
    static OptionalDouble won(Workbench.Trial shipped, Workbench.Trial candidate, BooleanSupplier timeIsUp) {
        double[] ratios = new double[ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            if (timeIsUp.getAsBoolean()) {
                return OptionalDouble.empty();
            }
            boolean shippedFirst = round % 2 == 0;
            double first = (shippedFirst ? shipped : candidate).nanoseconds();
            double second = (shippedFirst ? candidate : shipped).nanoseconds();
            ratios[round] = shippedFirst ? second / first : first / second;
            if (!(ratios[round] <= MARGIN)) {
                return OptionalDouble.empty();
            }
        }
        Arrays.sort(ratios);
        return OptionalDouble.of(ratios[ROUNDS / 2]);
    }
}
