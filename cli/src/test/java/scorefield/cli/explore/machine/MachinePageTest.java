package scorefield.cli.explore.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import scorefield.cli.Cli;
import scorefield.cli.explore.Explorer;
import scorefield.cli.explore.server.SharedDevice;
import scorefield.kernels.OpenClDevice;
import scorefield.kernels.opencl.ClDevices;

/** The machine in a browser. */
class MachinePageTest {

    @TempDir
    private static Path folder;

    private static Explorer explorer;

    @BeforeAll
    static void open() throws IOException {
        Path run = folder.resolve("run");
        Cli.trainDigits(run);
        OpenClDevice device = new OpenClDevice(ClDevices.list().get(0));
        SharedDevice shared = new SharedDevice(device);
        explorer = new Explorer(shared, new MachinePage(Optional.of(run), Optional.of(device), shared));
    }

    @AfterAll
    static void close() {
        explorer.close();
    }

    private static void show(int width, boolean dark) {
        explorer.open(width, dark);
        explorer.await("document.querySelectorAll('#arena rect').length > 0");
    }

    @ParameterizedTest
    @CsvSource({"1280, false", "1280, true", "390, false", "390, true"})
    void itLoads(int width, boolean dark) throws IOException {
        show(width, dark);
        assertThat(explorer.find("#facts").getText()).contains("kernel launches");
        explorer.click("#layers button.forward[aria-pressed=true]");
        explorer.click("#drawing .node.own");
        explorer.await("!document.querySelector('#op').hidden");
        explorer.requireWell();
        explorer.keep("machine-" + width + (dark ? "-dark" : ""));
    }

    @Test
    void aClickOnAnOpShowsItsKernel() {
        show(1280, false);
        explorer.click("#drawing .node.own");
        explorer.await("document.querySelector('#op pre[data-launch]') !== null");
        String kernel = (String) explorer.run("return document.querySelector('#op pre[data-launch] mark').textContent");
        assertThat((String) explorer.run("return document.querySelector('#op pre[data-launch]').textContent"))
                .containsPattern("(?s)kernel .*" + kernel + "\\(");
        assertThat(explorer.find("#op").getText())
                .contains("meaning", "gradient", "passes", "launches", "in the arena");
        assertThat(explorer.findAll("#drawing .node.chosen")).hasSize(1);
        assertThat(explorer.findAll("#arena line.now")).isNotEmpty();
    }

    @Test
    void aClickOnABufferShowsItsOp() {
        show(1280, false);
        explorer.run("const largest = [...document.querySelectorAll('#arena rect')]"
                + ".sort((a, b) => b.getAttribute('height') - a.getAttribute('height'))[0];"
                + " largest.dispatchEvent(new MouseEvent('click', { bubbles: true }));");
        explorer.await("document.querySelector('#arena rect.chosen') !== null");
        assertThat(explorer.find("#op").getText()).contains(" bytes at byte ");
    }

    @Test
    void aMeasuredStepHasItsRoofline() throws IOException {
        show(1280, false);
        explorer.click("#measure");
        explorer.await("document.querySelectorAll('#roofline circle').length > 0");
        explorer.click("#drawing .node.own");
        explorer.await("document.querySelector('#roofline circle.chosen') !== null");
        assertThat(explorer.find("#op").getText()).contains("GFLOP/s").contains("% of the roofline");
        explorer.requireWell();
        explorer.keep("machine-measured");
    }

    @Test
    void aPresetCanBeShownInstead() {
        show(1280, false);
        String before = explorer.find("#facts").getText();
        explorer.set("#subject", "points");
        explorer.await("document.querySelector('#facts').textContent.startsWith('preset points')");
        assertThat(explorer.find("#facts").getText()).isNotEqualTo(before);
    }
}
