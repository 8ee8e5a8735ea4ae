package scorefield.ncsn.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Map;
import org.junit.jupiter.api.Test;
import scorefield.ncsn.data.PlanarSets;
import scorefield.ncsn.data.Points;
import scorefield.ncsn.metric.Jackknife;
import scorefield.ncsn.metric.Measurement;

class PointEvaluationTest {

    private static final int COUNT = 1000;

    private final PointEvaluation evaluation =
            new PointEvaluation(PlanarSets.of("mixture", 4000, 1), PlanarSets.mixture(), COUNT, new Jackknife(50, 1));
    private final Map<Metric, Measurement> real = evaluation.measure(evaluation.real());

    private static Measurement of(Map<Metric, Measurement> measured, String key) {
        return measured.entrySet().stream()
                .filter(entry -> entry.getKey().key().equals(key))
                .findFirst()
                .orElseThrow()
                .getValue();
    }

    /** From the interval's longer side: the other one may be cut at 0 or 1. */
    private static double error(Measurement measured) {
        return Math.max(measured.high() - measured.value(), measured.value() - measured.low()) / 1.96;
    }

    /** By more than four standard errors of the difference. */
    private boolean apart(String key, Map<Metric, Measurement> measured) {
        return apart(key, measured, real);
    }

    private static boolean apart(String key, Map<Metric, Measurement> measured, Map<Metric, Measurement> other) {
        Measurement a = of(measured, key);
        Measurement b = of(other, key);
        return Math.abs(a.value() - b.value()) > 4 * Math.hypot(error(a), error(b));
    }

    @Test
    void goodPointsAreAsGoodAsRealOnes() {
        Map<Metric, Measurement> measured = evaluation.measure(PlanarSets.of("mixture", COUNT, 2));
        assertThat(measured.keySet()).isEqualTo(real.keySet());
        assertThat(measured.keySet().stream().map(Metric::key).filter(key -> apart(key, measured)))
                .isEmpty();
        // The mode of weight 0.35; four standard errors, and a few points taken for another mode's.
        assertThat(of(measured, "modes.share.0").value())
                .isCloseTo(0.35, within(4 * Math.sqrt(0.35 * 0.65 / COUNT) + 0.01));
    }

    @Test
    void aLostModeIsSeen() {
        double[][] without = Arrays.stream(
                        PlanarSets.of("mixture", 2 * COUNT, 2).rows())
                .filter(point -> Math.hypot(point[0] - 2, point[1] + 1.6) > 1.5)
                .limit(COUNT)
                .toArray(double[][]::new);
        Map<Metric, Measurement> measured = evaluation.measure(Points.of("four modes", without));
        assertThat(Arrays.asList(
                        "modes.coverage",
                        "modes.divergence",
                        "modes.share.2",
                        "points.mmd2",
                        "grid.jensen-shannon",
                        "points.sliced-wasserstein"))
                .allMatch(key -> apart(key, measured));
    }

    /** A file's points may be in any order: those that are beyond what the kernel takes are left out at random. */
    @Test
    void theirOrderDoesNotMatter() {
        double[][] points = PlanarSets.of("mixture", 4 * COUNT, 2).rows();
        Map<Metric, Measurement> drawn = evaluation.measure(Points.of("in drawn order", points));
        Arrays.sort(points, Comparator.comparingDouble(point -> point[0]));
        Map<Metric, Measurement> sorted = evaluation.measure(Points.of("from left to right", points));
        assertThat(of(drawn, "points.mmd2").n()).isEqualTo(2 * COUNT);
        assertThat(drawn.keySet().stream().map(Metric::key)).noneMatch(key -> apart(key, drawn, sorted));
    }

    @Test
    void otherSetsHaveNoModes() {
        PointEvaluation moons = new PointEvaluation(PlanarSets.of("moons", 400, 1), null, 100, new Jackknife(20, 1));
        assertThat(moons.measure(moons.real()).keySet())
                .extracting(Metric::key)
                .containsExactly("points.sliced-wasserstein", "points.mmd2", "grid.jensen-shannon");
        assertThat(moons.reference().count()).isEqualTo(300);
    }
}
