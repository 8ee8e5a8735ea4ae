package scorefield.kernels.family;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;

/** How far a kernel may be off, and of which part of a result that is checked. */
class RoundingTest {

    private final Tensor x = Tensor.input("x", Shape.of(50, 4));
    private final double[][] numbers = {new Random(1).doubles(200, -1, 1).toArray()};

    @Test
    void anExactOpIsAllowedNoError() {
        assertThat(Rounding.exact().tolerance(x.negate(), numbers)).isZero();
    }

    @Test
    void aRelativeErrorIsOfTheLargestResult() {
        double largest = 0;
        for (double number : numbers[0]) {
            largest = Math.max(largest, Math.abs(Math.sin(number)));
        }
        double once = Rounding.relative(8).tolerance(x.sin(), numbers);
        assertThat(once).isBetween(8 * Rounding.U * largest, 2.01 * 8 * Rounding.U * largest);
        assertThat(Rounding.relative(16).tolerance(x.sin(), numbers)).isGreaterThan(1.99 * once);
    }

    @Test
    void anAbsoluteErrorIsTheSameEverywhere() {
        assertThat(Rounding.absolute(3).ofResults(x.sin(), numbers, new double[2]))
                .containsExactly(3 * Rounding.U, 3 * Rounding.U);
    }

    @Test
    void aSumsErrorGrowsWithItsTermsAndTheirSizes() {
        Tensor sum = x.sumKeep(0);
        double[][] ones = {new double[200]};
        Arrays.fill(ones[0], -1);
        assertThat(Rounding.sum(50).ofResults(sum, ones, new double[4])).containsOnly(Math.sqrt(50) * Rounding.U * 50);
        assertThat(Rounding.sum(50).tolerance(sum, ones)).isEqualTo(4 * Rounding.U * 50);
    }

    @Test
    void anErrorOfTheInputsReachesTheResult() {
        Rounding rounding = new Rounding() {
            @Override
            public double ofInputs(Tensor node) {
                return 0x1p-10;
            }

            @Override
            public double[] ofResults(Tensor node, double[][] in, double[] result) {
                return new double[result.length];
            }
        };
        assertThat(rounding.tolerance(x.negate(), numbers)).isBetween(1.9 * 0x1p-10, 2 * 0x1p-10);
    }

    @Test
    void withoutASliceOfItsOwnAllOfAnOpIsChecked() {
        Values values = Values.of(x.shape(), numbers[0]);
        ReferenceSlice slice = ReferenceSlice.whole(x.sin());
        assertThat(slice.of(values)).isSameAs(values);
        assertThat(slice.node(List.of(values)).shape()).isEqualTo(x.shape());
    }
}
