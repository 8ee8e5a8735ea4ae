package scorefield.kernels.opencl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class ClDevicesTest {
    @Test
    void thisMachineHasADevice() {
        assertThat(ClDevices.list()).as(ClDevices.whyNone()).isNotEmpty();
        assertThat(ClDevices.whyNone()).isEmpty();
    }

    @Test
    void aDeviceSaysWhatItIs() {
        ClDevice device = ClDevices.list().get(0);
        assertThat(device.id()).isEqualTo("0:0");
        assertThat(device.name()).isNotBlank();
        assertThat(device.platform()).isNotBlank();
        assertThat(device.driverVersion()).isNotBlank();
        assertThat(device.openClVersion()).startsWith("OpenCL ");
        assertThat(device.computeUnits()).isPositive();
        assertThat(device.maxAllocation()).isPositive();
        assertThat(device.globalMemory()).isGreaterThanOrEqualTo(device.maxAllocation());
        assertThat(device.localMemory()).isPositive();
        assertThat(device.maxWorkGroupSize()).isPositive();
        assertThat(device.floatVectorWidth()).isPositive();
        assertThat(device.baseAlignment()).isPositive();
    }

    @Test
    void aDeviceIsFoundByIdAndByAPartOfItsNameInAnyCase() {
        List<ClDevice> devices = List.of(named(0, 0, "Alpha CPU"), named(1, 0, "Beta 1"), named(1, 1, "Beta 2"));
        assertThat(ClDevices.find("1:1", devices).name()).isEqualTo("Beta 2");
        assertThat(ClDevices.find("alpha", devices).id()).isEqualTo("0:0");
    }

    @Test
    void aDeviceMayBeDescribedAsAnotherKind() {
        ClDevice cpu = ClDevices.list().get(0);
        ClDevice gpu = cpu.describedAs(ClDevice.Type.GPU, 77);
        assertThat(gpu.type()).isEqualTo(ClDevice.Type.GPU);
        assertThat(gpu.computeUnits()).isEqualTo(77);
        assertThat(gpu.describedAs(cpu.type(), cpu.computeUnits())).isEqualTo(cpu);
    }

    @Test
    void oclgrindIsKnownAsASimulator() {
        assertThat(ClDevices.list().get(0).isSimulator()).isFalse();
        assertThat(new ClDevice(0, 0, "", "", "Oclgrind", "", "", ClDevice.Type.GPU, 1, 1, 1, 1, 1, 1, 1, 1)
                        .isSimulator())
                .isTrue();
    }

    @Test
    void anUnknownOrAmbiguousDeviceIsRefusedWithAListOfWhatExists() {
        List<ClDevice> devices = List.of(named(0, 0, "Alpha CPU"), named(1, 0, "Beta 1"), named(1, 1, "Beta 2"));
        assertThatThrownBy(() -> ClDevices.find("7:3", devices))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no OpenCL device '7:3'; there are: 0:0 Alpha CPU, 1:0 Beta 1, 1:1 Beta 2."
                        + " Give an id or a part of one name.");
        assertThatThrownBy(() -> ClDevices.find("beta", devices))
                .hasMessageStartingWith("'beta' is part of the name of 2 OpenCL devices; there are: ");
        assertThatThrownBy(() -> ClDevices.find(" ", devices)).hasMessageStartingWith("no OpenCL device ' '");
    }

    private static ClDevice named(int platform, int device, String name) {
        return new ClDevice(platform, device, name, "", "", "", "", ClDevice.Type.CPU, 1, 1, 1, 1, 1, 1, 1, 1);
    }
}
