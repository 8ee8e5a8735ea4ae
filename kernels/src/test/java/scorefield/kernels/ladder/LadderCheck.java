package scorefield.kernels.ladder;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BiConsumer;
import scorefield.autodiff.Reference;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;
import scorefield.kernels.Agreement;
import scorefield.kernels.FloatErrors;
import scorefield.kernels.opencl.ClContext;

/** Every number that the rungs of a ladder compute, against the whole reference. */
public final class LadderCheck {

    private LadderCheck() {}

    /**
     * Checks all rungs over all awkward shapes.
     *
     * @param most operations of a shape; larger ones are left out
     * @param checked is told of each rung and step that was right
     */
    public static void check(Ladder ladder, ClContext context, double most, BiConsumer<Rung, Step> checked) {
        for (Extents extents : ladder.awkward()) {
            if (ladder.flops(extents) <= most) {
                check(ladder, extents, context, checked);
            }
        }
    }

    private static void check(Ladder ladder, Extents extents, ClContext context, BiConsumer<Rung, Step> checked) {
        Tensor node = ladder.node(extents);
        Random random = new Random(8);
        Map<Tensor, Values> feeds = new HashMap<>();
        List<Values> inputs = new ArrayList<>();
        for (Tensor input : node.inputs()) {
            float[] numbers = new float[input.shape().size()];
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] = (float) random.nextGaussian();
            }
            Values values = Values.of(input.shape(), numbers);
            feeds.put(input, values);
            inputs.add(values);
        }
        Values expected = Reference.evaluate(feeds, List.of(node)).get(0);
        double tolerance = FloatErrors.tolerances(List.of(node), feeds).get(0);
        for (Rung rung : ladder.rungs(extents)) {
            try (RungTrial trial = new RungTrial(context, rung, inputs, node.shape())) {
                Agreement.check(
                        ladder.name() + " " + rung.name() + ", " + extents,
                        trial.results().get(0),
                        expected,
                        tolerance);
            }
            rung.steps().forEach(step -> checked.accept(rung, step));
        }
    }
}
