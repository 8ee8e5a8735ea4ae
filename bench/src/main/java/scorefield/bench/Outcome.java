package scorefield.bench;

import scorefield.bench.Agreement.Difference;
import scorefield.bench.peer.Peer;
import scorefield.ncsn.network.GradientDifference;
import scorefield.ncsn.network.Parameters;

/** The results of a peer that are compared with the same results of another peer. */
sealed interface Outcome {

    /**
     * Compares these results with those of a peer in single precision.
     *
     * @param right the other peer's results, of the same kind
     * @param precision the precision of this peer
     */
    Agreement with(Outcome right, Precision precision);

    /**
     * The results of training.
     *
     * @param layout the network's flat vector
     * @param evaluation loss and gradient before the first step
     * @param parameters the change of the parameters in some steps
     * @param average the change of their moving average
     */
    record Training(Parameters layout, Peer.Evaluation evaluation, float[] parameters, float[] average)
            implements Outcome {

        @Override
        public Agreement with(Outcome right, Precision precision) {
            Training other = (Training) right;
            float[] gradient = other.evaluation.gradient();
            if (evaluation.gradient().length != gradient.length) {
                return Agreement.of(new Difference(
                        "the number of parameters, %d and %d,".formatted(evaluation.gradient().length, gradient.length),
                        Double.NaN,
                        0));
            }
            double loss = other.evaluation.loss();
            GradientDifference gradients = GradientDifference.of(layout, evaluation.gradient(), gradient);
            return Agreement.of(
                    new Difference("loss", Math.abs(evaluation.loss() - loss) / Math.abs(loss), precision.value()),
                    new Difference(name(gradients), gradients.largest(), precision.gradient()),
                    Difference.of("update of the parameters", parameters, other.parameters, precision.update()),
                    Difference.of("update of the average", average, other.average, precision.update()));
        }

        /** The parameter tensor that differs most; none differs where all numbers are the same. */
        private static String name(GradientDifference gradients) {
            return gradients.parameter().isEmpty() ? "every gradient" : "gradient of " + gradients.parameter();
        }
    }

    /**
     * A single result.
     *
     * @param what its name
     */
    record Result(String what, float[] numbers) implements Outcome {

        @Override
        public Agreement with(Outcome right, Precision precision) {
            return Agreement.of(Difference.of(what, numbers, ((Result) right).numbers, precision.value()));
        }
    }
}
