package scorefield.ncsn.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import scorefield.autodiff.Device;
import scorefield.autodiff.ReferenceDevice;
import scorefield.ncsn.configuration.TrainingSettings;
import scorefield.ncsn.setting.BadConfigurationException;

class AverageTest {

    /** Enough for a twentieth of the images seen to be more than the shortest half-life. */
    private static final int STEPS = 8;

    @TempDir
    private Path folder;

    private static Checkpoint start() {
        return Tiny.start(Tiny.configuration(Map.of("half-lives", List.of(1, 20), "average", 0.9, "batch", 4)));
    }

    /** The averages' recurrence, with the parameters that another run without any had after each step. */
    @ParameterizedTest
    @MethodSource("scorefield.ncsn.TestDevices#all")
    void everyAverageFollowsItsRecurrence(Supplier<Device> on) {
        Checkpoint start = start();
        TrainingSettings settings = start.configuration().training();
        List<Average> averages = Average.of(settings);
        int size = start.state().parameters().length;
        double[][] expected = new double[3][size];
        for (int k = 0; k < 3; k++) {
            for (int i = 0; i < size; i++) {
                expected[k][i] = start.state().parameters()[i];
            }
        }
        try (Device device = on.get();
                Trainer trainer = Tiny.trainer(device, start)) {
            for (int step = 0; step < STEPS; step++) {
                trainer.step();
                TrainingState state = trainer.state();
                for (int k = 0; k < 3; k++) {
                    double decay = averages.get(k).decay(settings, step);
                    for (int i = 0; i < size; i++) {
                        expected[k][i] = decay * expected[k][i] + (1 - decay) * state.parameters()[i];
                        assertThat(state.averages().get(k)[i]).isCloseTo((float) expected[k][i], within(1e-6f));
                    }
                }
            }
        }
    }

    /** What runs from before there were several averages went on with. */
    @Test
    void theFirstAveragesDecayRisesToItsOwn() {
        TrainingSettings settings = start().configuration().training();
        Average first = Average.of(settings).get(0);
        assertThat(first.decay(settings, 0)).isCloseTo(0.1, within(1e-15));
        assertThat(first.decay(settings, 8)).isCloseTo(0.5, within(1e-15));
        assertThat(first.decay(settings, 1000)).isEqualTo(0.9);
    }

    /** A half-life of h images: the weight halves over h/B steps, once 20·h images have been seen. */
    @Test
    void aHalfLifeIsCountedInImages() {
        TrainingSettings settings = start().configuration().training();
        Average twenty = Average.of(settings).get(2);
        long late = 1_000_000;
        assertThat(Math.pow(twenty.decay(settings, late), 5)).isCloseTo(0.5, within(1e-12));
        // After 10 steps 40 images have been seen: a twentieth of them, 2, is half a batch.
        assertThat(twenty.decay(settings, 10)).isCloseTo(0.25, within(1e-12));
        assertThat(twenty.decay(settings, 0)).isZero();
    }

    @Test
    void aCheckpointKeepsThemAndOneIsChosenByName() throws IOException {
        Checkpoint start = start();
        Checkpoint trained;
        try (Device device = new ReferenceDevice();
                Trainer trainer = Tiny.trainer(device, start)) {
            for (int step = 0; step < STEPS; step++) {
                trainer.step();
            }
            trained = new Checkpoint(start.configuration(), start.data(), trainer.state());
        }
        Path file = folder.resolve("checkpoint.safetensors");
        trained.write(file);
        Checkpoint read = Checkpoint.read(file);
        assertThat(read.state()).isEqualTo(trained.state());
        List<float[]> averages = trained.state().averages();
        assertThat(averages.get(1)).isNotEqualTo(averages.get(2)).isNotEqualTo(averages.get(0));
        assertThat(Average.labels(read.configuration().training())).containsExactly("average", "1", "20", "none");
        assertThat(Average.choose(read, "average").state().average()).isEqualTo(averages.get(0));
        assertThat(Average.choose(read, "20").state().average()).isEqualTo(averages.get(2));
        assertThat(Average.choose(read, "none").state().average())
                .isEqualTo(trained.state().parameters());
        assertThatThrownBy(() -> Average.choose(read, "30"))
                .isInstanceOf(BadConfigurationException.class)
                .hasMessage(
                        "the run has no average '30'; it has average, 1, 20, none (training.half-lives keeps more)");
    }
}
