package scorefield.ncsn.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import scorefield.ncsn.data.Images;

class NeighboursTest {

    /** Whole numbers, so that distances are exact and often equal. */
    private static double[][] points(Random random, int n, int d) {
        return IntStream.range(0, n)
                .mapToObj(i -> random.ints(d, 0, 5).asDoubleStream().toArray())
                .toArray(double[][]::new);
    }

    private static double squared(double[] a, double[] b) {
        return IntStream.range(0, a.length)
                .mapToDouble(k -> (a[k] - b[k]) * (a[k] - b[k]))
                .sum();
    }

    /** Up to three blocks of columns. */
    @Property(tries = 30)
    void theyAreTheFirstInTheOrderOfAllDistances(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 5) int n,
            @ForAll @IntRange(min = 5, max = 600) int m,
            @ForAll @IntRange(min = 1, max = 4) int d,
            @ForAll @IntRange(min = 1, max = 4) int k) {
        Random random = new Random(seed);
        double[][] of = points(random, n, d);
        double[][] among = points(random, m, d);
        Neighbours found = Neighbours.nearest(Table.of(of), Table.of(among), k);
        for (int i = 0; i < n; i++) {
            double[] row = of[i];
            int[] expected = IntStream.range(0, m)
                    .boxed()
                    .sorted(Comparator.comparingDouble(j -> squared(row, among[j])))
                    .limit(k)
                    .mapToInt(Integer::intValue)
                    .toArray();
            assertThat(found.indices()[i]).isEqualTo(expected);
            assertThat(found.distances()[i])
                    .isEqualTo(Arrays.stream(expected)
                            .mapToDouble(j -> Math.sqrt(squared(row, among[j])))
                            .toArray());
        }
        assertThat(found.farthest()[0]).isEqualTo(found.distances()[0][k - 1]);
    }

    @Test
    void nobodyIsItsOwnNeighbour() {
        Neighbours others = Neighbours.nearestOthers(Table.of(new double[][] {{0}, {5}, {0}, {7}}), 2);
        assertThat(others.indices()).isDeepEqualTo(new int[][] {{2, 1}, {3, 0}, {0, 1}, {1, 0}});
        assertThat(others.distances()).isDeepEqualTo(new double[][] {{0, 5}, {2, 5}, {0, 5}, {2, 7}});
    }

    @Test
    void pixelsAreInTheUnitInterval() {
        Images images = Images.of("x", 1, 1, 3, new byte[] {0, (byte) 255, 51});
        assertThat(Table.of(images).rows(9)).isDeepEqualTo(new double[][] {{0, 1, 0.2}});
    }

    @Test
    void whatCannotBeFoundIsRefused() {
        Table three = Table.of(new double[3][2]);
        assertThatThrownBy(() -> Neighbours.nearestOthers(three, 3))
                .hasMessage("there must be at least 3 rows to find 3 nearest neighbours; got 2 others");
        assertThatThrownBy(() -> Neighbours.nearest(three, Table.of(new double[4][3]), 1))
                .hasMessage("rows must have the same dimension; got 2 and 3");
    }
}
