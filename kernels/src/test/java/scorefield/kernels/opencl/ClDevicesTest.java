package scorefield.kernels.opencl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.jocl.CL;
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

    /** Drivers that this machine need not have. */
    private record Simulated(List<SimulatedPlatform> all) implements ClDevices.Drivers {
        @Override
        public int platforms() {
            return all.size();
        }

        @Override
        public String name(int platform) {
            return all.get(platform).name();
        }

        @Override
        public String version(int platform) {
            return "OpenCL 3.0";
        }

        @Override
        public int devices(int platform) {
            ClStatus.check(all.get(platform).listing(), "counting a platform's devices");
            return all.get(platform).describing().length;
        }

        @Override
        public ClDevice describe(int platform, int device) {
            ClStatus.check(all.get(platform).describing()[device], "asking a device for CL_DEVICE_NAME");
            return named(platform, device, all.get(platform).name() + " " + device);
        }
    }

    /** What listing its devices, and what describing each of them, gives as status. */
    private record SimulatedPlatform(String name, int listing, int... describing) {}

    @Test
    void aPlatformThatFailsHidesNoOther() {
        ClDevices.Found found = ClDevices.search(new Simulated(List.of(
                new SimulatedPlatform("Bad", CL.CL_INVALID_DEVICE_TYPE, CL.CL_SUCCESS),
                new SimulatedPlatform("Good", CL.CL_SUCCESS, CL.CL_SUCCESS))));
        assertThat(found.devices()).extracting(ClDevice::id).containsExactly("1:0");
        assertThat(found.whyNone()).isEmpty();
        assertThat(found.platforms()).extracting(ClPlatform::name).containsExactly("Bad", "Good");
        assertThat(found.platforms().get(0).problems())
                .singleElement()
                .asString()
                .contains("CL_INVALID_DEVICE_TYPE");
        assertThat(found.platforms().get(1).problems()).isEmpty();
    }

    @Test
    void aDeviceThatFailsHidesNoOther() {
        ClDevices.Found found = ClDevices.search(new Simulated(List.of(new SimulatedPlatform(
                "Mixed", CL.CL_SUCCESS, CL.CL_SUCCESS, CL.CL_DEVICE_NOT_AVAILABLE, CL.CL_SUCCESS))));
        assertThat(found.devices()).extracting(ClDevice::id).containsExactly("0:0", "0:2");
        assertThat(found.platforms().get(0).problems())
                .singleElement()
                .asString()
                .startsWith("device 0:1: ")
                .contains("CL_DEVICE_NOT_AVAILABLE");
    }

    @Test
    void whereNoPlatformHasADeviceTheReasonOfEachIsSaid() {
        ClDevices.Found found = ClDevices.search(new Simulated(List.of(
                new SimulatedPlatform("rusticl", CL.CL_SUCCESS),
                new SimulatedPlatform("Bad", CL.CL_OUT_OF_HOST_MEMORY, CL.CL_SUCCESS))));
        assertThat(found.devices()).isEmpty();
        assertThat(found.whyNone()).contains("rusticl: ", "RUSTICL_ENABLE", "Bad: ", "CL_OUT_OF_HOST_MEMORY");
    }

    @Test
    void onlyWhereThereIsNoDeviceTheAdviceIsToInstallADriver() {
        assertThat(ClDevices.search(new Simulated(List.of())).whyNone()).contains("apt install pocl-opencl-icd");
        assertThat(ClDevices.search(new Simulated(List.of(new SimulatedPlatform("rusticl", CL.CL_SUCCESS))))
                        .whyNone())
                .contains("apt install pocl-opencl-icd");
        assertThat(ClDevices.search(new Simulated(List.of(new SimulatedPlatform("Bad", CL.CL_OUT_OF_HOST_MEMORY))))
                        .whyNone())
                .contains("CL_OUT_OF_HOST_MEMORY")
                .doesNotContain("install");
        assertThat(ClDevices.search(new Simulated(List.of(new SimulatedPlatform(ClDevice.POCL, CL.CL_SUCCESS))))
                        .whyNone())
                .contains("POCL_CACHE_DIR")
                .doesNotContain("install");
    }

    private static ClDevice named(int platform, int device, String name) {
        return new ClDevice(platform, device, name, "", "", "", "", ClDevice.Type.CPU, 1, 1, 1, 1, 1, 1, 1, 1);
    }
}
