package scorefield.kernels.opencl;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class RankedDevicesTest {

    private static ClDevice device(int platform, String name, ClDevice.Type type, int computeUnits, int clockMHz) {
        return new ClDevice(platform, 0, name, "", name, "", "", type, computeUnits, clockMHz, 1, 1, 1, 1, 1, 1);
    }

    @Test
    void aGpuComesBeforeACpuAndARasteriserLast() {
        ClDevice simulator = device(0, "Oclgrind", ClDevice.Type.GPU, 100, 1000);
        ClDevice rasteriser = device(1, "llvmpipe (LLVM 19.1.7, 256 bits)", ClDevice.Type.CPU, 8, 300);
        ClDevice small = device(2, "two cores of unknown clock", ClDevice.Type.CPU, 2, 0);
        ClDevice large = device(3, "many cores", ClDevice.Type.CPU, 64, 2000);
        ClDevice gpu = device(4, "a GPU", ClDevice.Type.GPU, 1, 1);
        assertThat(ClDevices.ranked(List.of(simulator, rasteriser, small, large, gpu)))
                .containsExactly(gpu, large, small, rasteriser);
    }
}
