package scorefield.ncsn.flow;

import java.util.List;
import scorefield.autodiff.Device;
import scorefield.autodiff.Shape;

/** How the probability flow is followed: with which method, over which {@link Time}. */
public sealed interface FlowMethod {

    /** Over what is integrated. */
    Time time();

    /** How many evaluations it takes from one end to the other; 0 where that depends on the way. */
    int evaluations();

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
     */
    record Fixed(ButcherTableau tableau, int steps) implements FlowMethod {

        public Fixed {
            if (steps < 1) {
                throw new IllegalArgumentException("there must be at least one step, not " + steps);
            }
        }

        /**
         * As many steps as so many evaluations allow, of which one is left for the denoising step.
         *
         * @param evaluations at least 1 more than a step takes
         */
        public static Fixed of(ButcherTableau tableau, int evaluations) {
            int least = tableau.evaluations() + 1;
            if (evaluations < least) {
                throw new IllegalArgumentException(tableau.name() + "'s method and the denoising step take at least "
                        + least + " evaluations, not " + evaluations);
            }
            return new Fixed(tableau, (evaluations - 1) / tableau.evaluations());
        }

        @Override
        public Time time() {
            return Time.SIGMA;
        }

        @Override
        public int evaluations() {
            return steps * tableau.evaluations();
        }

        @Override
        public Solver solver(Device device, VectorField field, List<Shape> state) {
            return new FixedSteps(device, field, state, tableau, steps);
        }
    }

    /** As many steps as a tolerance needs, over log σ. */
    record Adaptive(Tolerance tolerance) implements FlowMethod {

        @Override
        public Time time() {
            return Time.LOG_SIGMA;
        }

        @Override
        public int evaluations() {
            return 0;
        }

        @Override
        public Solver solver(Device device, VectorField field, List<Shape> state) {
            return new AdaptiveSteps(device, field, state, tolerance);
        }
    }
}
