package scorefield.ncsn.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;

class ClassifierNetworkTest {

    /** The last level's places: 28 → 14 → 7; 30 → 32 → 16 → 8 with a margin; 33 → 40 → 20 → 10 → 5 needs one level more. */
    @ParameterizedTest
    @CsvSource({"28, 28, 3, 49", "30, 17, 3, 40", "33, 33, 4, 25", "8, 3, 1, 24", "64, 64, 4, 64"})
    void anySizeIsHalvedUntilItIsSmall(int height, int width, int levels, int places) {
        ClassifierNetwork network = new ClassifierNetwork(Shape.of(height, width, 3), 5, 4, 7);
        assertThat(network.description()).endsWith(levels + " levels");
        assertThat(network.parameters().list().stream()
                        .filter(parameter -> parameter.name().equals("features.weight"))
                        .findFirst()
                        .orElseThrow()
                        .shape())
                .isEqualTo(Shape.of(places * 4 * Math.min(4, 1 << (levels - 1)), 7));
        ClassifierNetwork.Outputs outputs = network.apply(
                network.parameters()
                        .weights(Tensor.input(
                                "weights", Shape.of(network.parameters().size()))),
                Tensor.input("x", Shape.of(2, height, width, 3)));
        assertThat(outputs.features().shape()).isEqualTo(Shape.of(2, 7));
        assertThat(outputs.logits().shape()).isEqualTo(Shape.of(2, 5));
    }

    @Test
    void oneClassIsRefused() {
        assertThatThrownBy(() -> new ClassifierNetwork(Shape.of(8, 8, 1), 1, 4, 4))
                .hasMessageContaining("at least 2 classes");
    }
}
