package scorefield.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import scorefield.autodiff.Shape;
import scorefield.bench.peer.Operation;
import scorefield.bench.peer.ScorefieldOperations;

class OperationsTest {

    static Stream<Operation> small() {
        return Operation.all().stream().filter(Operation::onReference);
    }

    @ParameterizedTest
    @MethodSource("small")
    void openClComputesWhatTheReferenceDoes(Operation operation) {
        try (ScorefieldOperations openCl = new ScorefieldOperations("0:0");
                ScorefieldOperations reference = new ScorefieldOperations("reference")) {
            for (ScorefieldOperations peer : List.of(openCl, reference)) {
                peer.prepare(operation);
                peer.repeat(1);
            }
            float[] results = openCl.results();
            assertThat(results)
                    .hasSize(operation.results().stream().mapToInt(Shape::size).sum());
            assertThat(Agreement.Difference.of("", results, reference.results(), 0)
                            .relative())
                    .isLessThan(1e-4);
        }
    }

    @Test
    void namesAreUnique() {
        List<Operation> all = Operation.all();
        assertThat(all).extracting(Operation::toString).doesNotHaveDuplicates();
        assertThat(Operation.named("conv 3x3 128x28x28x32 to 32: weight gradient")
                        .results())
                .containsExactly(Shape.of(3, 3, 32, 32));
        assertThatThrownBy(() -> Operation.named("convolution")).hasMessageContaining("no operation 'convolution'");
    }

    @Test
    void flopsAndBytes() {
        Operation convolution = new Operation(Operation.Kind.CONVOLUTION, Shape.of(2, 4, 4, 3), 3, 5, false);
        assertThat(convolution.flops()).isEqualTo(2.0 * (2 * 4 * 4 * 5) * (3 * 3 * 3));
        assertThat(convolution.bytes()).isEqualTo(4.0 * (2 * 4 * 4 * 3 + 2 * 4 * 4 * 5 + 3 * 3 * 3 * 5));
        Operation adam = new Operation(Operation.Kind.ADAM, Shape.of(10), 0, 0, false);
        assertThat(adam.bytes()).isEqualTo(4.0 * 9 * 10);
    }
}
