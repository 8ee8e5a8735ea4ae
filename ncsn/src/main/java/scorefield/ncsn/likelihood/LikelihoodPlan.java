package scorefield.ncsn.likelihood;

import java.util.Locale;
import scorefield.ncsn.flow.Prior;
import scorefield.ncsn.ode.Tolerance;
import scorefield.ncsn.schedule.NoiseLevels;

/**
 * How likelihoods are computed.
 *
 * @param levels of which the smallest and the largest count
 * @param prior what stands for the data at the largest
 * @param divergence how the trace is found
 * @param projections how many random projections a sample gets; 1 with the exact trace
 * @param tolerance of the solver's steps, the second part of the state in nats per dimension
 */
public record LikelihoodPlan(
        NoiseLevels levels, Prior prior, Divergence divergence, int projections, Tolerance tolerance) {

    /** How much tighter the tolerance is with which the solver's error is measured. */
    private static final double TIGHTER = 0.1;

    /** Checks the number of projections, that there are at least 2 noise levels, and that the tolerance can be made {@link #tighter}. */
    public LikelihoodPlan {
        if (projections < 1 || divergence == Divergence.EXACT && projections > 1) {
            throw new IllegalArgumentException(
                    "projections must be at least 1, and exactly 1 with the exact trace; got " + projections);
        }
        if (levels.count() == 1) {
            throw new IllegalArgumentException("the flow goes from one noise level to another, but there is only "
                    + levels.smallest() + "; train at several levels");
        }
        tighter(tolerance);
    }

    /**
     * The tolerance with which the error of a solver with another one is measured.
     *
     * @throws IllegalArgumentException if single precision leaves no room for it
     */
    public static Tolerance tighter(Tolerance tolerance) {
        if (tolerance.relative() < Tolerance.LEAST / TIGHTER) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "a relative tolerance must be at least %.0e, because the solver's error is measured with a"
                            + " tenth of it, and single precision allows no less; got %s",
                    Tolerance.LEAST / TIGHTER,
                    tolerance.relative()));
        }
        return tolerance.times(TIGHTER);
    }

    /** With which the solver's error is measured. */
    Tolerance tighter() {
        return tighter(tolerance);
    }
}
