package scorefield.ncsn.training;

import java.util.function.UnaryOperator;
import scorefield.autodiff.Jacobian;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.ncsn.configuration.Configuration;
import scorefield.ncsn.configuration.ObjectiveSettings;
import scorefield.ncsn.data.SampleKind;
import scorefield.ncsn.network.Layer;
import scorefield.ncsn.network.ScoreNetwork;
import scorefield.ncsn.network.Weights;
import scorefield.ncsn.setting.BadConfigurationException;
import scorefield.ncsn.text.Text;

/**
 * What a training step costs with an objective in which the network's Jacobian appears, estimated from the network's graph before anything
 * is computed.
 *
 * <p>With F multiply-adds for a score of one sample, a step of denoising score matching takes about 3F a sample: the score, and its gradient,
 * which is twice as much. A vector-Jacobian product is another backward pass to the input (F), and the gradient of the loss goes through it
 * once more (2F): each costs as much as a step of denoising. Exact score matching needs D of them, and copies of the score to have several
 * at a time; sliced score matching needs as many as it has projections. All that the products computed is kept until the gradient has used
 * it.
 *
 * <p><b>The limit:</b> a step of more than {@value #TERAFLOPS} TFLOP, or one that would keep more than {@value #GIBIBYTES} GiB, is
 * refused. The first is some seconds on a processor, for one of thousands of steps; the second, of which fusing saves about half, is what a
 * good graphics card has. 8×8 images stay below both, 28×28 images are far beyond.
 *
 * @param products vector-Jacobian products a sample
 * @param flops operations a step, multiplications and additions
 * @param bytes of tensors that the products leave for the gradient, before anything is fused
 * @param denoising how many steps of denoising score matching cost as much
 */
public record ObjectiveCost(long products, double flops, double bytes, double denoising) {

    /** The most operations that a step may take, in units of 10¹². */
    public static final int TERAFLOPS = 2;

    /** The most memory that a step's products may take, in units of 2³⁰ bytes. */
    public static final int GIBIBYTES = 16;

    /** Estimates a training step's cost. */
    public static ObjectiveCost of(ScoreNetwork network, Configuration configuration) {
        int batch = configuration.training().batch();
        ObjectiveSettings objective = configuration.objective();
        Shape samples = network.sample().times(batch);
        Tensor x = Tensor.input("x", samples);
        Weights weights = network.parameters()
                .weights(Tensor.input("weights", Shape.of(network.parameters().size())));
        UnaryOperator<Tensor> score = points -> network.score(
                weights, points, Tensor.fill(Shape.of(points.shape().dim(0)), 1));
        long products = products(objective, network.sample().size());
        boolean exact = objective.matching() == ObjectiveSettings.Matching.EXACT;
        long copies = exact ? Jacobian.chunk(score, x, Jacobian.DEFAULT_BUDGET) : 0;
        double multiplyAdds =
                Layer.of(network).stream().mapToDouble(Layer::multiplyAdds).sum();
        double denoising = 1.0 + products + copies;
        double bytes = products == 0 ? 0 : (double) products * Jacobian.bytes(score, x);
        return new ObjectiveCost(products, 2 * 3 * multiplyAdds * batch * denoising, bytes, denoising);
    }

    private static long products(ObjectiveSettings objective, int dimension) {
        return switch (objective.matching()) {
            case EXACT -> dimension;
            case SLICED, SLICED_VR, ANNEALED_SLICED -> objective.projections();
            case ANNEALED, DENOISING, FD_SLICED -> 0;
        };
    }

    /** Whether it is beyond the limit. Without the Jacobian the cost is a matter of the batch, which is left to the user. */
    public boolean isTooMuch() {
        return products > 0 && (flops > TERAFLOPS * 1e12 || bytes > GIBIBYTES * (double) (1L << 30));
    }

    /**
     * Refuses a configuration beyond the limit.
     *
     * @throws BadConfigurationException naming the objectives and settings that would do instead
     */
    public static void requireFeasible(ScoreNetwork network, Configuration configuration) {
        ObjectiveCost cost = of(network, configuration);
        if (!cost.isTooMuch()) {
            return;
        }
        ObjectiveSettings.Matching matching = configuration.objective().matching();
        boolean exact = matching == ObjectiveSettings.Matching.EXACT;
        boolean image = !SampleKind.isPoint(network.sample());
        throw new BadConfigurationException(Text.of(
                "%s score matching needs %d vector-Jacobian products a sample: about %.2g TFLOP and up to %s a step of %d samples,"
                        + " %.0f times the cost of denoising; the limit is %d TFLOP and %d GiB. Use %s%s, or a smaller training.batch",
                matching.label(),
                cost.products,
                cost.flops / 1e12,
                Text.bytes((long) cost.bytes),
                configuration.training().batch(),
                cost.denoising,
                TERAFLOPS,
                GIBIBYTES,
                exact ? "objective.matching sliced-vr or annealed" : "fewer objective.projections",
                exact && image ? ", or smaller images (data.size=8)" : ""));
    }
}
