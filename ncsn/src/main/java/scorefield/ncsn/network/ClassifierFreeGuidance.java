package scorefield.ncsn.network;

import java.util.Arrays;
import java.util.List;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;

/**
 * Classifier-free guidance, which exaggerates the difference between the class-conditional and the unconditional score
 * (Ho &amp; Salimans 2022, arXiv 2207.12598, equation 6):
 *
 * <pre>
 * (1 + w)·s(x, σ, c) − w·s(x, σ)
 * </pre>
 *
 * <p>The guidance scale w = 0 gives the class-conditional score. A larger w gives samples that are more typical of
 * their class and less diverse. The guided scores of different noise levels do not belong to one perturbed
 * distribution, so guidance changes sampling and does not define a density.
 *
 * <p>One evaluation on a batch of twice the size computes both scores: it needs half as many kernel launches as two
 * evaluations, and the same work.
 */
public final class ClassifierFreeGuidance implements ScoreFunction {

    private final ScoreNetwork network;
    private final Weights weights;
    private final int[] labels;
    private final double scale;

    private ClassifierFreeGuidance(ScoreNetwork network, Weights weights, int[] labels, double scale) {
        this.network = network;
        this.weights = weights;
        this.labels = labels;
        this.scale = scale;
    }

    /**
     * The guided score of a network for given classes.
     *
     * @param labels the class of each sample of a batch, from 0 to {@link ScoreNetwork#classes}, which is the null class
     * @param scale the guidance scale w; with 0, only the class-conditional score is evaluated
     */
    public static ScoreFunction of(ScoreNetwork network, Weights weights, int[] labels, double scale) {
        for (int label : labels) {
            if (label < 0 || label > network.classes()) {
                throw new IllegalArgumentException("a class must be from 0 to " + (network.classes() - 1) + ", or "
                        + network.classes() + ", the null class; got " + label);
            }
        }
        return scale == 0
                ? network.with(weights, constant(labels))
                : new ClassifierFreeGuidance(network, weights, labels.clone(), scale);
    }

    private static Tensor constant(int[] labels) {
        return Tensor.constant(Values.of(Shape.of(labels.length), labels));
    }

    @Override
    public Tensor score(Tensor x, Tensor sigma) {
        int n = labels.length;
        int[] conditionalThenNull = Arrays.copyOf(labels, 2 * n);
        Arrays.fill(conditionalThenNull, n, 2 * n, network.classes());
        Tensor both = network.score(
                weights,
                Tensor.concatenate(0, List.of(x, x)),
                Tensor.concatenate(0, List.of(sigma, sigma)),
                constant(conditionalThenNull));
        return both.slice(0, 0, n)
                .times(1 + scale)
                .minus(both.slice(0, n, 2 * n).times(scale));
    }
}
