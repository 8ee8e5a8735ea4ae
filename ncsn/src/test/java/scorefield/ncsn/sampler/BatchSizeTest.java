package scorefield.ncsn.sampler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import scorefield.autodiff.Device;
import scorefield.autodiff.ReferenceDevice;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.ncsn.network.ScoreFunction;
import scorefield.ncsn.schedule.NoiseLevels;

/** What {@link Sampler} says of how a sample depends on the batch that it is drawn in. */
class BatchSizeTest {

    private static final NoiseLevels LEVELS = NoiseLevels.geometric(4, 0.1, 12);

    /** Those that choose their steps for a batch as a whole. */
    private static final List<String> BY_BATCH = List.of("predictor-corrector", "ode");

    /** Of two normal distributions around ±1 with a deviation of ½: it is not linear, so samples need steps of different sizes. */
    private static final ScoreFunction SCORE = (x, sigma) -> {
        Tensor variance = sigma.square().plus(0.25).reshape(Shape.of(x.shape().dim(0), 1));
        return x.over(variance).tanh().minus(x).over(variance);
    };

    private static float[] drawn(SamplerChoice choice, int batch, int count) {
        try (Device device = new ReferenceDevice();
                Sampler sampler = choice.on(device, SCORE, Shape.of(batch, 2))) {
            return sampler.sample(count, 5).floats();
        }
    }

    private static <P extends Record> SamplerChoice choice(SamplerKind<P> kind, OptionalInt evaluations) {
        return kind.choose(LEVELS, evaluations, true, kind.parameters().defaults());
    }

    @ParameterizedTest
    @FieldSource("scorefield.ncsn.sampler.Samplers#ALL")
    void aSampleDependsOnItsBatchWhereItIsSaid(SamplerKind<?> kind) {
        SamplerChoice choice = choice(kind, OptionalInt.empty());
        float[] four = drawn(choice, 4, 4);
        float[] firstFourOfNine = Arrays.copyOf(drawn(choice, 9, 9), 8);
        boolean byBatch = BY_BATCH.contains(kind.name());
        assertThat(Arrays.equals(four, firstFourOfNine)).as(kind.name()).isEqualTo(!byBatch);
        assertThat(kind.description().contains("depends a little on how many are drawn together"))
                .isEqualTo(byBatch);
        assertThat(choice.description().contains(" batch"))
                .as(choice.description())
                .isEqualTo(byBatch);
        if (kind.name().equals("ode")) {
            for (int i = 0; i < four.length; i++) {
                assertThat(four[i]).isCloseTo(firstFourOfNine[i], within(0.1f)); // the tolerance is 0.01 for each step
            }
        }
    }

    @ParameterizedTest
    @FieldSource("scorefield.ncsn.sampler.Samplers#ALL")
    void withBatchesOfOneSizeItDoesNotDependOnHowManyAreAskedFor(SamplerKind<?> kind) {
        SamplerChoice choice = choice(kind, OptionalInt.empty());
        assertThat(Arrays.copyOf(drawn(choice, 3, 7), 10)).isEqualTo(drawn(choice, 3, 5));
    }

    /** With a given number of evaluations the adaptive method takes as many steps of one size. */
    @ParameterizedTest
    @FieldSource("scorefield.ncsn.sampler.Samplers#ALL")
    void withAGivenNumberOfEvaluationsOnlyTheCorrectorDependsOnTheBatch(SamplerKind<?> kind) {
        SamplerChoice choice = choice(kind, OptionalInt.of(40));
        assertThat(Arrays.equals(drawn(choice, 4, 4), Arrays.copyOf(drawn(choice, 9, 9), 8)))
                .as(kind.name())
                .isEqualTo(!kind.name().equals("predictor-corrector"));
    }
}
