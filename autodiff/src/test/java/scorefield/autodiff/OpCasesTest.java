package scorefield.autodiff;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import scorefield.autodiff.op.Leaf;
import scorefield.autodiff.op.Pointwise;
import scorefield.autodiff.op.Random;

/** The catalogue itself: that no op is missing. */
class OpCasesTest {

    /** The ops that a case's result is computed by. */
    private static Set<Op> ops() {
        return OpCases.all().stream()
                .flatMap(c -> Tensor.order(List.of(c.build().result())).stream())
                .map(Tensor::op)
                .collect(Collectors.toSet());
    }

    @Test
    void hasEveryOp() {
        Set<String> used = ops().stream().map(op -> op.getClass().getName()).collect(Collectors.toSet());
        Set<String> existing = new ClassFileImporter()
                        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                        .importPackages("scorefield.autodiff")
                        .stream()
                        .filter(c -> c.isAssignableTo(Op.class) && !c.isInterface())
                        // A leaf has no meaning of its own: its numbers come from outside.
                        .filter(c -> !c.isAssignableTo(Leaf.class))
                        .map(JavaClass::getName)
                        .collect(Collectors.toSet());
        assertThat(existing).hasSizeGreaterThan(20);
        assertThat(used).containsAll(existing);
    }

    @Test
    void hasEveryPointwiseFunction() {
        assertThat(ops()).containsAll(Arrays.asList(Pointwise.values()));
    }

    @Test
    void hasEveryDistribution() {
        Set<Random.Distribution> used = ops().stream()
                .filter(Random.class::isInstance)
                .map(op -> ((Random) op).distribution())
                .collect(Collectors.toSet());
        assertThat(used).containsExactlyInAnyOrder(Random.Distribution.values());
    }

    @Test
    void namesAreDifferent() {
        assertThat(OpCases.all().stream().map(OpCase::name)).doesNotHaveDuplicates();
    }

    @Test
    void theSameSeedDrawsTheSameNumbersAndEveryFloatIsExact() {
        for (OpCase c : OpCases.all()) {
            OpCase.Graph graph = c.build();
            List<Values> first = List.copyOf(c.feeds(graph, 3).values());
            List<Values> again = List.copyOf(c.feeds(graph, 3).values());
            for (int i = 0; i < first.size(); i++) {
                assertThat(first.get(i).doubles()).isEqualTo(again.get(i).doubles());
                for (double x : first.get(i).doubles()) {
                    assertThat(Double.compare(x, (float) x)).isZero();
                }
            }
        }
    }
}
