package scorefield.ncsn.study;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import scorefield.autodiff.Device;
import scorefield.autodiff.Program;
import scorefield.autodiff.ReferenceDevice;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.ncsn.objective.ExactScoreMatching;
import scorefield.ncsn.objective.Objective;
import scorefield.ncsn.objective.Projection;
import scorefield.ncsn.objective.SlicedScoreMatching;

/** Checks operations and memory; times are not reliable enough for a test. */
class TraceCostStudyTest {

    @Test
    void holds() {
        assertThat(countable(new ExactScoreMatching())).hasSize(3).allMatch(Verdict::held);
    }

    @Test
    void aSingleProductIsFoundToCostLess() {
        List<Verdict> verdicts = countable(new SlicedScoreMatching(Projection.RADEMACHER, 1, true));
        assertThat(verdicts.get(0).held()).isFalse();
        assertThat(verdicts.get(2).held()).isFalse();
    }

    private static List<Verdict> countable(Objective exact) {
        try (Device device = new ReferenceDevice()) {
            return Notebooks.of(new TraceCostStudy(new int[] {98, 140, 196, 280}, 2, exact), device).verdicts().stream()
                    .filter(verdict -> !verdict.claim().startsWith("time"))
                    .toList();
        }
    }

    @Test
    void operationsAreThoseOfProductsSumsAndFunctions() {
        Tensor a = Tensor.input("a", Shape.of(4, 3));
        Tensor b = Tensor.input("b", Shape.of(5, 4));
        // 3×5 numbers of 4 terms each; an exponential of each; all of them added up.
        Tensor result = a.matmul(b, true, true).exp().sum();
        assertThat(TraceCostStudy.operations(Program.fetching(result))).isEqualTo(2 * 4 * 15 + 15 + 15);
    }
}
