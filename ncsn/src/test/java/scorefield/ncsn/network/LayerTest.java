package scorefield.ncsn.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import scorefield.autodiff.Shape;

class LayerTest {

    private final UNet network = new UNet(UNetSettings.defaults(), 28, 28, 1);
    private final List<Layer> layers = Layer.of(network);

    @Test
    void everyParameterIsCountedOnce() {
        assertThat(layers.stream().mapToInt(Layer::parameters).sum())
                .isEqualTo(network.parameters().size());
    }

    @Test
    void layersComeInTheOrderOfTheComputation() {
        assertThat(layers.stream().map(Layer::name))
                .containsSubsequence(
                        "conv_in", "down.0.conv1", "down.0", "pool.0", "mid.0", "up.0", "conv_out", "score");
    }

    @Test
    void aLayersNumbersAreItsOwn() {
        Map<String, Layer> byName = layers.stream().collect(Collectors.toMap(Layer::name, Function.identity()));
        assertThat(byName)
                .containsEntry("conv_in", new Layer("conv_in", Shape.of(28, 28, 32), 320, 28 * 28 * 9 * 32))
                .containsEntry("embed.1", new Layer("embed.1", Shape.of(128), 128 * 129, 128 * 128))
                .containsEntry(
                        "up.0.conv1",
                        new Layer("up.0.conv1", Shape.of(7, 7, 64), 9 * 128 * 64 + 64, 7 * 7 * 9 * 128 * 64))
                .containsEntry(
                        "down.2.skip", new Layer("down.2.skip", Shape.of(14, 14, 64), 33 * 64, 14 * 14 * 32 * 64))
                .containsEntry("down.0.norm1", new Layer("down.0.norm1", Shape.of(28, 28, 32), 64, 0))
                .containsEntry("pool.1", new Layer("pool.1", Shape.of(7, 7, 64), 0, 0));
    }

    /** Products of 49×64 with 64×49 numbers, and of 49×49 with 49×64. */
    @Test
    void attentionsProductsAreCounted() {
        List<Layer> all = Layer.of(new UNet(UNetSettings.defaults().withAttention(7), 28, 28, 1));
        assertThat(all)
                .contains(
                        new Layer("mid.0.attn.q", Shape.of(7, 7, 64), 65 * 64, 49 * 64 * 64),
                        new Layer("mid.0.attn.softmax", Shape.of(1, 49, 49), 0, 49 * 49 * 64),
                        new Layer("mid.0.attn.mean", Shape.of(1, 49, 64), 0, 49 * 49 * 64));
    }
}
