package scorefield.kernels.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import scorefield.kernels.opencl.ClContext;
import scorefield.kernels.opencl.ClDevices;
import scorefield.kernels.opencl.ClException;

/** That includes are inserted, each once, and that a compiler's message names the file and the line that a person wrote. */
class KernelSourceTest {

    @Test
    void includesAreInsertedOnce() {
        String text = KernelSource.text("launch/including.cl");
        assertThat(text.split("static int twice", -1)).hasSize(2);
        assertThat(text).doesNotContain("#include").contains("kernel void including");
    }

    @Test
    void messagesNameTheFileAndItsLine() {
        try (ClContext context = ClContext.open(ClDevices.list().get(0))) {
            assertThat(log(context, "-DWRONG_INCLUDED")).contains("launch/included.cl:6");
            assertThat(log(context, "-DWRONG_AFTER")).contains("launch/including.cl:9");
        }
    }

    private static String log(ClContext context, String options) {
        try {
            context.kernel(KernelSource.text("launch/including.cl"), "including.cl", "including", options);
        } catch (ClException e) {
            return e.getMessage();
        }
        return "it compiled";
    }

    @Test
    void aFileThatDoesNotExistIsNamed() {
        assertThatThrownBy(() -> KernelSource.text("launch/none.cl"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("no kernel source scorefield/kernels/launch/none.cl");
    }
}
