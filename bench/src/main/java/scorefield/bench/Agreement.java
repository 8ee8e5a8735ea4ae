package scorefield.bench;

import scorefield.bench.peer.Peer;
import scorefield.ncsn.network.GradientDifference;
import scorefield.ncsn.network.Parameters;

/**
 * Checks that two peers compute the same numbers within single precision. Speeds are only compared after this check.
 *
 * <p>Differences are Euclidean norms relative to the norm of the other peer's vector. Compared are losses, gradients (every parameter
 * tensor on its own), scores and, after some training steps, the updates of the parameters and of their moving average.
 */
final class Agreement {

    /** Summation over a batch of images in another order changes a result by about this much at most. */
    private static final double NUMBERS = 1e-3;

    /**
     * Adam's first steps are the signs of the gradient. Where a gradient is nearly zero, rounding decides the sign, so a few parameters may
     * differ by a whole step.
     */
    private static final double UPDATE = 5e-2;

    private Agreement() {}

    /** Compares losses and gradients, and describes the largest difference. */
    static String ofEvaluations(Parameters layout, Peer.Evaluation ours, Peer.Evaluation theirs) {
        double loss = Math.abs(ours.loss() - theirs.loss()) / Math.abs(theirs.loss());
        require("loss", loss, NUMBERS);
        GradientDifference gradients = GradientDifference.of(layout, ours.gradient(), theirs.gradient());
        require("gradient of " + gradients.parameter(), gradients.largest(), NUMBERS);
        return "loss %.6g (relative difference %.1e); gradients of all %d parameter tensors differ by at most %.1e (%s)"
                .formatted(theirs.loss(), loss, layout.list().size(), gradients.largest(), gradients.parameter());
    }

    /** Compares scores. */
    static String ofScores(float[] ours, float[] theirs) {
        double difference = difference(ours, theirs);
        require("score", difference, NUMBERS);
        return "scores differ by %.1e".formatted(difference);
    }

    /** Compares the results of an operation, and returns their relative difference. */
    static double ofResults(String what, float[] ours, float[] theirs) {
        if (ours.length != theirs.length) {
            throw new IllegalStateException("the peers do not compute the same: %s has %d numbers here and %d there"
                    .formatted(what, ours.length, theirs.length));
        }
        double difference = difference(ours, theirs);
        require(what, difference, NUMBERS);
        return difference;
    }

    /** Compares the updates of two vectors since their common start. */
    static String ofUpdates(String what, float[] start, float[] ours, float[] theirs) {
        double difference = difference(minus(ours, start), minus(theirs, start));
        require("update of the " + what, difference, UPDATE);
        return "the update of the %s differs by %.1e".formatted(what, difference);
    }

    private static float[] minus(float[] a, float[] b) {
        float[] result = new float[a.length];
        for (int i = 0; i < result.length; i++) {
            result[i] = a[i] - b[i];
        }
        return result;
    }

    private static double difference(float[] ours, float[] theirs) {
        return norm(minus(ours, theirs)) / norm(theirs);
    }

    private static double norm(float[] vector) {
        double sum = 0;
        for (float number : vector) {
            sum += (double) number * number;
        }
        return Math.sqrt(sum);
    }

    private static void require(String what, double difference, double allowed) {
        if (!(difference <= allowed)) { // so that NaN does not pass
            throw new IllegalStateException(
                    "the peers do not compute the same: %s differs by %.2e of its norm, more than %.0e"
                            .formatted(what, difference, allowed));
        }
    }
}
