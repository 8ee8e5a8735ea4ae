package scorefield.kernels.pass;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import scorefield.autodiff.Op;
import scorefield.autodiff.Program;
import scorefield.autodiff.Reference;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;
import scorefield.autodiff.op.Concatenate;
import scorefield.autodiff.op.Input;
import scorefield.autodiff.op.Leaf;
import scorefield.autodiff.op.Slice;
import scorefield.autodiff.op.Sum;
import scorefield.kernels.Agreement;

/** What sums and concatenations come to; that the numbers stay the same is also shown by the random graphs. */
class SimplifyTest {

    private final Tensor x = Tensor.input("x", Shape.of(3, 4, 2));
    private final Tensor flat = Tensor.input("flat", Shape.of(10));

    @Test
    void aLargerSumTakesTheResultOfASmallerOne() {
        Program program = Program.fetching(x.sumKeep(0, 1, 2), x.sumKeep(1), x.sumKeep(1, 2));
        Program simple = new Simplify(program).program();
        Tensor all = simple.fetches().get(0);
        assertThat(all.op()).isEqualTo(new Sum(List.of(0)));
        assertThat(all.input(0)).isSameAs(simple.fetches().get(2));
        assertThat(all.input(0).op()).isEqualTo(new Sum(List.of(2)));
        assertThat(all.input(0).input(0)).isSameAs(simple.fetches().get(1));
        same(program, simple);
    }

    @Test
    void sumsOverOtherAxesStayAsTheyAre() {
        Program program = Program.fetching(x.sumKeep(0, 1), x.sumKeep(1, 2), x.sumKeep(0, 2));
        assertThat(ops(new Simplify(program).program()))
                .containsExactly(new Sum(List.of(0, 1)), new Sum(List.of(1, 2)), new Sum(List.of(0, 2)));
    }

    @Test
    void neighbouringPartsBecomeOne() {
        Tensor other = Tensor.input("other", Shape.of(2));
        Program program = Program.fetching(Tensor.concatenate(
                        0,
                        List.of(
                                flat.slice(0, 2, 4),
                                flat.slice(0, 4, 5),
                                flat.slice(0, 5, 9),
                                other,
                                flat.slice(0, 9, 10),
                                x.reshape(24).slice(0, 0, 8),
                                x.slice(0, 1, 3).reshape(16)))
                .named("joined"));
        Program simple = new Simplify(program).program();
        Tensor joined = simple.fetches().get(0);
        assertThat(joined.op()).isEqualTo(new Concatenate(0));
        assertThat(joined.name()).isEqualTo("joined");
        assertThat(joined.inputs()).hasSize(4);
        assertThat(joined.input(0).op()).isEqualTo(new Slice(0, 2, 9));
        assertThat(joined.input(3).input(0)).isSameAs(x);
        same(program, simple);
    }

    @Test
    void allPartsInOrderAreTheWhole() {
        Program program = Program.fetching(Tensor.concatenate(0, List.of(flat.slice(0, 0, 3), flat.slice(0, 3, 10)))
                .times(2));
        Program simple = new Simplify(program).program();
        assertThat(simple.fetches().get(0).input(0)).isSameAs(flat);
        same(program, simple);
    }

    @Test
    void partsInAnotherOrderStayApart() {
        Program program = Program.fetching(
                Tensor.concatenate(0, List.of(flat.slice(0, 3, 10), flat.slice(0, 0, 3), flat.slice(0, 0, 3))));
        Program simple = new Simplify(program).program();
        assertThat(simple.fetches().get(0).inputs()).hasSize(3);
        same(program, simple);
    }

    private static List<Op> ops(Program program) {
        return program.order().stream()
                .map(Tensor::op)
                .filter(op -> !(op instanceof Leaf))
                .toList();
    }

    /** Both programs on whole numbers, whose sums are exact in any order. */
    private static void same(Program program, Program simple) {
        Map<Tensor, Values> feeds = new HashMap<>();
        for (Tensor node : program.order()) {
            if (node.op() instanceof Input) {
                double[] numbers = new double[node.shape().size()];
                Arrays.setAll(numbers, i -> (7 * i + 3) % 11);
                feeds.put(node, Values.of(node.shape(), numbers));
            }
        }
        List<Tensor> all = new ArrayList<>(program.fetches());
        all.addAll(simple.fetches());
        List<Values> numbers = Reference.evaluate(feeds, all);
        int count = program.fetches().size();
        for (int k = 0; k < count; k++) {
            Agreement.check("fetch " + k, numbers.get(count + k), numbers.get(k), 0);
        }
    }
}
