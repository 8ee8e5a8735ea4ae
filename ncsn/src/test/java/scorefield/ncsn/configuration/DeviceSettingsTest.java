package scorefield.ncsn.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import scorefield.autodiff.Device;
import scorefield.autodiff.Precision;
import scorefield.autodiff.ReferenceDevice;
import scorefield.ncsn.setting.BadConfigurationException;

/** A run's precision on a device that does not have it. */
class DeviceSettingsTest {

    private static DeviceSettings settings(String precision) {
        return Configuration.of(Settings.read(Map.of("device", Map.of("precision", precision))), "digits")
                .device();
    }

    @Test
    void whatNoDeviceDecidedIsSinglePrecision() {
        assertThat(settings("auto").precision()).isNull();
        assertThat(settings("auto").decided()).isEqualTo(Precision.FLOAT32);
        assertThat(settings("bf16").decided()).isEqualTo(Precision.BF16);
    }

    @Test
    void trainingIsRefusedAndSamplingIsInSinglePrecision() {
        try (Device device = new ReferenceDevice()) {
            assertThat(settings("float32").forTraining(device)).isSameAs(device);
            assertThat(settings("tf32").forSampling(device)).isSameAs(device);
            assertThatThrownBy(() -> settings("tf32").forTraining(device))
                    .isInstanceOf(BadConfigurationException.class)
                    .hasMessage("device.precision=tf32: " + device.name() + " does not multiply matrices in tf32;"
                            + " choose device.precision=float32, or another device");
        }
    }
}
