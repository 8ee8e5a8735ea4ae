package scorefield.ncsn.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import scorefield.autodiff.Executable;
import scorefield.autodiff.Program;
import scorefield.autodiff.ReferenceDevice;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;

class AutoguidanceTest {

    /** The score of N(0, v·I), perturbed. */
    private static ScoreFunction normal(double variance) {
        return (x, sigma) -> {
            int[] perSample = new int[x.shape().rank()];
            Arrays.fill(perSample, 1);
            perSample[0] = x.shape().dim(0);
            return x.over(sigma.square().plus(variance).negate().reshape(Shape.of(perSample)));
        };
    }

    /** For two normal distributions the guided score is known: it is that of a narrower one. */
    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void theGuidedScoreOfNormalDistributionsIsKnownAtEveryNoiseLevel(int trailingAxes) {
        double[] sigmas = {0.0625, 0.125, 0.5, 2, 2.5};
        Shape shape = trailingAxes == 1 ? Shape.of(5, 4) : Shape.of(5, 2, 2, 1);
        double[] numbers = new double[20];
        for (int i = 0; i < 20; i++) {
            numbers[i] = Math.sin(i + 1);
        }
        Tensor score = new Autoguidance(1.5, 0.125, 2)
                .of(normal(1), normal(4))
                .score(Tensor.constant(Values.of(shape, numbers)), Tensor.constant(Values.of(Shape.of(5), sigmas)));
        double[] expected = new double[20];
        for (int i = 0; i < 20; i++) {
            double squared = sigmas[i / 4] * sigmas[i / 4];
            boolean guided = i / 4 >= 1 && i / 4 <= 3; // both ends of the interval belong to it
            expected[i] =
                    guided ? -numbers[i] * (2.5 / (1 + squared) - 1.5 / (4 + squared)) : -numbers[i] / (1 + squared);
        }
        try (ReferenceDevice device = new ReferenceDevice();
                Executable executable = device.compile(Program.fetching(score))) {
            assertThat(executable.run(Map.of()).get(0).doubles()).containsExactly(expected, within(1e-6));
        }
    }

    @Test
    void withoutWeightTheScoreIsTheSameOneAndTheGuideIsNotAsked() {
        ScoreFunction score = normal(1);
        assertThat(Autoguidance.NONE.of(score, (x, sigma) -> {
                    throw new AssertionError("the guide was asked");
                }))
                .isSameAs(score);
    }

    @Test
    void intervalsInTheWrongOrderAreRefused() {
        assertThatThrownBy(() -> new Autoguidance(1, 2, 1)).hasMessageContaining("σ_min = 2.0, σ_max = 1.0");
        assertThatThrownBy(() -> new Autoguidance(-1, 0, 1)).hasMessageContaining("w = -1.0");
    }
}
