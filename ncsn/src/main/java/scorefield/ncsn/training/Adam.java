package scorefield.ncsn.training;

import java.util.Map;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;

/**
 * Adam with bias correction (Kingma &amp; Ba 2015, algorithm 1) and decoupled weight decay (Loshchilov &amp; Hutter 2019, arXiv 1711.05101,
 * algorithm 2), over all parameters in one flat vector θ of P numbers:
 *
 * <pre>
 * m ← β₁·m + (1−β₁)·g
 * v ← β₂·v + (1−β₂)·g²
 * θ ← (1 − η·λ)·θ − η · (m/(1−β₁ᵗ)) / (√(v/(1−β₂ᵗ)) + ε)
 * </pre>
 *
 * <p>These are ordinary pointwise tensors, so that a device can compute the new m, v and θ in one pass over memory.
 *
 * @param parameters the new θ, FLOAT[P]
 * @param mean the new m
 * @param meanSquare the new v
 */
public record Adam(Tensor parameters, Tensor mean, Tensor meanSquare) {

    /**
     * What stays the same from step to step.
     *
     * @param beta1 β₁, the decay of the mean
     * @param beta2 β₂, the decay of the mean square
     * @param epsilon ε, against division by zero
     * @param weightDecay λ
     */
    public record Constants(double beta1, double beta2, double epsilon, double weightDecay) {}

    /**
     * What changes from step to step, computed by the host in double precision; scalars.
     *
     * @param rate η
     * @param correction1 1/(1−β₁ᵗ) at the t-th step, counted from 1
     * @param correction2 1/(1−β₂ᵗ)
     */
    public record Schedule(Tensor rate, Tensor correction1, Tensor correction2) {

        /** Three inputs, which {@link #feeds} has the numbers for. */
        public static Schedule inputs() {
            return new Schedule(
                    Tensor.input("learning rate", Shape.SCALAR),
                    Tensor.input("Adam's correction 1", Shape.SCALAR),
                    Tensor.input("Adam's correction 2", Shape.SCALAR));
        }

        /**
         * What the three inputs are fed at one step.
         *
         * @param rate η
         * @param step t, counted from 1
         */
        public Map<Tensor, Values> feeds(Constants constants, double rate, long step) {
            return Map.of(
                    this.rate,
                    Values.scalar(rate),
                    correction1,
                    Values.scalar(correction(constants.beta1(), step)),
                    correction2,
                    Values.scalar(correction(constants.beta2(), step)));
        }

        private static double correction(double beta, long step) {
            return 1 / (1 - Math.pow(beta, step));
        }
    }

    /** One step from the old θ, m and v and the gradient. */
    public static Adam step(Adam old, Tensor gradient, Constants constants, Schedule schedule) {
        Tensor mean = old.mean.times(constants.beta1()).plus(gradient.times(1 - constants.beta1()));
        Tensor meanSquare =
                old.meanSquare.times(constants.beta2()).plus(gradient.square().times(1 - constants.beta2()));
        Tensor denominator = meanSquare.times(schedule.correction2()).sqrt().plus(constants.epsilon());
        Tensor change =
                mean.times(schedule.correction1()).times(schedule.rate()).over(denominator);
        return new Adam(old.decayed(constants, schedule).minus(change), mean, meanSquare);
    }

    /** (1 − η·λ)·θ. */
    Tensor decayed(Constants constants, Schedule schedule) {
        return constants.weightDecay() == 0
                ? parameters
                : parameters.times(Tensor.scalar(1).minus(schedule.rate().times(constants.weightDecay())));
    }
}
