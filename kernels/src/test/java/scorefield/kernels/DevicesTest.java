package scorefield.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import scorefield.kernels.opencl.ClDevice;
import scorefield.kernels.opencl.ClDevices;

class DevicesTest {

    private final List<String> failures = new ArrayList<>();

    @Test
    void aDeviceThatCompilesAndRunsAKernelIsOpened() {
        try (OpenClDevice opened = Devices.openCl(failures::add).orElseThrow()) {
            assertThat(opened.device()).isEqualTo(ClDevices.best().orElseThrow());
        }
        assertThat(failures).isEmpty();
    }

    /** Two devices, of which the first refuses to compile what it is tried with. */
    @Test
    void aDeviceWhoseCompilerRefusesGivesWayToTheNextWithItsLog() {
        ClDevice refusing = ClDevices.list().get(0);
        ClDevice working = TestDevices.gpu();
        Optional<OpenClDevice> chosen = Devices.openCl(
                List.of(refusing, working),
                opened -> {
                    if (opened.device().equals(refusing)) {
                        opened.context().kernel("kernel void trial() { missing(); }", "a trial", "trial", "");
                    }
                },
                failures::add);
        try (OpenClDevice opened = chosen.orElseThrow()) {
            assertThat(opened.device()).isEqualTo(working);
        }
        assertThat(failures)
                .singleElement()
                .asString()
                .startsWith("not computing on " + refusing + ". OpenCL failed while compiling a trial")
                .contains("CL_BUILD_PROGRAM_FAILURE", "missing");
    }

    @Test
    void whereNoDeviceWorksThereIsNone() {
        ClDevice refusing = ClDevices.list().get(0);
        Optional<OpenClDevice> chosen = Devices.openCl(
                List.of(refusing),
                opened -> opened.context().kernel("no kernel", "a trial", "trial", ""),
                failures::add);
        assertThat(chosen).isEmpty();
        assertThat(failures).hasSize(1);
    }
}
