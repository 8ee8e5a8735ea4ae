package scorefield.ncsn.flow;

import java.util.List;
import scorefield.autodiff.Device;
import scorefield.autodiff.Shape;
import scorefield.ncsn.ode.AdaptiveSteps;
import scorefield.ncsn.ode.ButcherTableau;
import scorefield.ncsn.ode.FixedSteps;
import scorefield.ncsn.ode.Solver;
import scorefield.ncsn.ode.Tolerance;
import scorefield.ncsn.ode.VectorField;
import scorefield.ncsn.schedule.PolynomialSpacing;

/** How the probability flow is followed: with which method, over which {@link Time}. */
public sealed interface FlowMethod {

    /** Over what is integrated. */
    Time time();

    /**
     * How many evaluations it takes from one end to the other; 0 where that depends on the way.
     *
     * @param denoise whether the denoising step is taken at the end
     */
    int evaluations(boolean denoise);

    /**
     * A solver on a device.
     *
     * @param field over {@link #time()}
     * @param state the shapes of its parts, each N×…
     */
    Solver solver(Device device, VectorField field, List<Shape> state);

    /**
     * So many steps, over σ.
     *
     * @param steps at least 1
     * @param spacing of the noise levels where they begin and end
     */
    record Fixed(ButcherTableau tableau, int steps, PolynomialSpacing spacing) implements FlowMethod {

        /** Checks that there is at least 1 step. */
        public Fixed {
            if (steps < 1) {
                throw new IllegalArgumentException("steps must be at least 1; got " + steps);
            }
        }

        /**
         * As many steps as so many evaluations allow.
         *
         * @param denoise whether the denoising step is one of them
         */
        public static Fixed of(ButcherTableau tableau, int evaluations, boolean denoise, PolynomialSpacing spacing) {
            int besides = besides(tableau, denoise);
            int least = tableau.evaluations() + besides;
            if (evaluations < least) {
                throw new IllegalArgumentException(tableau.name() + "'s method needs at least " + least
                        + (denoise ? " evaluations with the denoising step; got " : " evaluations; got ")
                        + evaluations);
            }
            return new Fixed(tableau, (evaluations - besides) / tableau.evaluations(), spacing);
        }

        /** Where a step ends with the next one's first slope, the last of them is what denoising needs. */
        private static int besides(ButcherTableau tableau, boolean denoise) {
            return denoise || tableau.endsWhereTheNextBegins() ? 1 : 0;
        }

        @Override
        public Time time() {
            return Time.SIGMA;
        }

        @Override
        public int evaluations(boolean denoise) {
            return steps * tableau.evaluations() + besides(tableau, denoise);
        }

        @Override
        public Solver solver(Device device, VectorField field, List<Shape> state) {
            return new FixedSteps(device, field, state, tableau, steps, spacing);
        }
    }

    /** As many steps as a tolerance needs, over log σ. */
    record Adaptive(Tolerance tolerance) implements FlowMethod {

        @Override
        public Time time() {
            return Time.LOG_SIGMA;
        }

        @Override
        public int evaluations(boolean denoise) {
            return 0;
        }

        @Override
        public Solver solver(Device device, VectorField field, List<Shape> state) {
            return new AdaptiveSteps(device, field, state, tolerance);
        }
    }
}
