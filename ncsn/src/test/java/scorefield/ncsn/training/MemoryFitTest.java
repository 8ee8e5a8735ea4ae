package scorefield.ncsn.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import scorefield.autodiff.DType;
import scorefield.autodiff.ReferenceDevice;
import scorefield.kernels.OpenClDevice;
import scorefield.kernels.opencl.ClDevices;
import scorefield.ncsn.configuration.Configuration;
import scorefield.ncsn.configuration.Settings;

class MemoryFitTest {

    /** Planned for the device's real memory, whatever that is; nothing is computed. */
    @Test
    void aModelIsMadeToFitTheDevicesMemory() {
        DataSummary large = new DataSummary("large", "", 4, List.of(512, 512, 3), DType.BYTE, List.of());
        Settings noise = Settings.of("noise.sigma-max", 50.0).over(Settings.of("noise.levels", 232));
        Configuration wanted = Configuration.of(noise, "colour32+ncsnv2").with("network.blocks", 1);
        try (OpenClDevice device = new OpenClDevice(ClDevices.best().orElseThrow())) {
            MemoryFit chosen = MemoryFit.of(device, noise, wanted, large, 1);
            Configuration configuration = chosen.configuration();
            assertThat(configuration.training().batch()).isLessThan(64);
            assertThat(chosen.notes()).isNotEmpty().allMatch(note -> note.contains(" rather than "));
            assertThat(fits(device, configuration, large)).isTrue();

            // What was asked for stays.
            Settings both = Settings.of("training.batch", 64).over(Settings.of("network.channels", 64));
            assertThat(MemoryFit.of(device, both, wanted, large, 1).configuration())
                    .isSameAs(wanted);
            Configuration small = wanted.with("training.batch", 1).with("network.channels", 4);
            assertThat(MemoryFit.of(device, noise, small, large, 1).notes()).isEmpty();
        }
        // 64 images of 512×512 with 128 channels before the last level would be 2³¹ numbers, more than a tensor holds.
        try (ReferenceDevice device = new ReferenceDevice()) {
            assertThat(MemoryFit.of(device, noise, wanted, large, 1)
                            .configuration()
                            .training()
                            .batch())
                    .isEqualTo(32);
        }
    }

    private static boolean fits(OpenClDevice device, Configuration configuration, DataSummary data) {
        return device.fits(Trainer.program(
                Checkpoint.network(configuration, data.sample()),
                configuration.trainingObjective(),
                data,
                configuration.noiseLevels(),
                configuration.training()));
    }
}
