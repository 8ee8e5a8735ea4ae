package scorefield.ncsn.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import scorefield.autodiff.Shape;
import scorefield.ncsn.configuration.Configuration;
import scorefield.ncsn.data.Digits;
import scorefield.ncsn.file.Array;
import scorefield.ncsn.file.BadFileException;
import scorefield.ncsn.file.Safetensors;
import scorefield.ncsn.setting.BadConfigurationException;

class CheckpointTest {

    @TempDir
    private Path folder;

    private static Checkpoint some() {
        Checkpoint start = Tiny.start(Tiny.configuration(Map.of("seed", -5)));
        int size = start.state().parameters().length;
        float[] m = new float[size];
        float[] v = new float[size];
        for (int i = 0; i < size; i++) {
            m[i] = -i;
            v[i] = i * 0.5f;
        }
        return new Checkpoint(
                start.configuration(),
                start.data(),
                new TrainingState(123, start.state().parameters(), List.of(m.clone()), m, v, Optional.empty()));
    }

    private Path written() throws IOException {
        Path file = folder.resolve("checkpoint.safetensors");
        some().write(file);
        return file;
    }

    @Test
    void readsWhatItWrote() throws IOException {
        Checkpoint read = Checkpoint.read(written());
        assertThat(read.state()).isEqualTo(some().state());
        assertThat(read.data()).isEqualTo(some().data());
        assertThat(read.configuration().toMap())
                .isEqualTo(some().configuration().toMap());
    }

    @Test
    void readsANetworkWithAttention() throws IOException {
        Configuration configuration = Tiny.configuration(Map.of("seed", 3))
                .with("model.attention", List.of(8, 4))
                .with("model.channels-per-head", 4)
                .with("model.dropout", 0.1);
        Checkpoint start = Tiny.start(configuration);
        Path file = folder.resolve("attention.safetensors");
        start.write(file);
        assertThat(Safetensors.read(file)
                        .array("ema.down.1.attn.proj_out.weight")
                        .shape())
                .containsExactly(8, 8, 1, 1);
        Checkpoint read = Checkpoint.read(file);
        assertThat(read.state()).isEqualTo(start.state());
        assertThat(read.configuration().toMap()).isEqualTo(configuration.toMap());
        assertThat(read.network().parameters().list())
                .isEqualTo(start.network().parameters().list());
    }

    @Test
    void attentionAtAResolutionWithoutALevelIsRefused() {
        Configuration configuration = Tiny.configuration(Map.of()).with("model.attention", 7);
        assertThatThrownBy(() -> Tiny.start(configuration))
                .isInstanceOf(BadConfigurationException.class)
                .hasMessageStartingWith(
                        "model.attention must be resolutions of the network's levels, which are [8, 4]");
    }

    @Test
    void isAsPyTorchExpectsIt() throws IOException {
        Safetensors file = Safetensors.read(written());
        assertThat(file.array("down.0.conv1.weight").shape()).containsExactly(4, 4, 3, 3);
        assertThat(file.array("down.1.conv1.weight").shape()).containsExactly(8, 4, 3, 3);
        assertThat(file.array("embed.0.weight").shape()).containsExactly(16, 4);
        assertThat(file.arrays())
                .containsKeys("ema.down.0.conv1.weight", "adam.m.conv_out.bias", "adam.v.conv_out.bias");
        assertThat(file.array("training.step").longs()).containsExactly(123);
        assertThat(file.array("training.generator").ints()).containsExactly(-5, -1, 123, 0);
        // 123 steps of 4 are 49 times 10 images and 2 more.
        assertThat(file.array("training.cursor").longs()).containsExactly(49, 2);
    }

    @Test
    void aFileThatIsCutShortIsRefused() throws IOException {
        Path file = written();
        byte[] bytes = Files.readAllBytes(file);
        for (int length : new int[] {0, 5, 100, bytes.length / 2, bytes.length - 1}) {
            Files.write(file, Arrays.copyOf(bytes, length));
            assertThatThrownBy(() -> Checkpoint.read(file))
                    .isInstanceOf(BadFileException.class)
                    .hasMessageStartingWith(file + ": ");
        }
    }

    @Test
    void aFileInWhichABitWasChangedIsRefused() throws IOException {
        Path file = written();
        byte[] bytes = Files.readAllBytes(file);
        for (int at : new int[] {9, 400, bytes.length / 2, bytes.length - 1}) {
            byte[] altered = bytes.clone();
            altered[at] ^= 1;
            Files.write(file, altered);
            assertThatThrownBy(() -> Checkpoint.read(file))
                    .isInstanceOf(BadFileException.class)
                    .hasMessageStartingWith(file + ": ");
        }
    }

    @Test
    void aSafetensorsFileThatIsNoCheckpointIsRefused() throws IOException {
        Path file = folder.resolve("other.safetensors");
        Safetensors.of(Map.of(), Map.of("a", Array.of(new float[1], 1))).write(file);
        assertThatThrownBy(() -> Checkpoint.read(file))
                .isInstanceOf(BadFileException.class)
                .hasMessageContaining("is not a checkpoint that this version reads");
    }

    @Test
    void anArrayThatIsMissingOrOfAnotherShapeIsNamed() throws IOException {
        Path file = written();
        Safetensors whole = Safetensors.read(file);
        Map<String, Array> arrays = new LinkedHashMap<>(whole.arrays());
        arrays.remove("adam.v.mid.0.norm1.weight");
        Safetensors.of(whole.metadata(), arrays).write(file);
        assertThatThrownBy(() -> Checkpoint.read(file))
                .isInstanceOf(BadFileException.class)
                .hasMessage(file + ": it lacks the array adam.v.mid.0.norm1.weight, F32[8]");
        arrays.put("adam.v.mid.0.norm1.weight", Array.of(new float[3], 3));
        Safetensors.of(whole.metadata(), arrays).write(file);
        assertThatThrownBy(() -> Checkpoint.read(file))
                .hasMessage(file
                        + ": its array adam.v.mid.0.norm1.weight is F32[3], but its configuration asks for F32[8]");
    }

    @Test
    void otherDataAreRefused() {
        Checkpoint checkpoint = some();
        checkpoint.requireData(new Digits(1, 8, 8).generate(10));
        assertThatThrownBy(() -> checkpoint.requireData(new Digits(2, 8, 8).generate(10)))
                .isInstanceOf(BadConfigurationException.class)
                .hasMessageStartingWith("data.source: the run was trained on digits (10 images of 8×8×1, SHA-256 ");
    }

    @Test
    void imagesThatTheNetworkCannotHalveAreRefused() {
        assertThatThrownBy(() -> Checkpoint.network(some().configuration(), Shape.of(9, 8, 1)))
                .isInstanceOf(BadConfigurationException.class)
                .hasMessageContaining("9×8")
                .hasMessageContaining("data.size");
    }
}
