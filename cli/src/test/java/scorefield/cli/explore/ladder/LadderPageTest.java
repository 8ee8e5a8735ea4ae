package scorefield.cli.explore.ladder;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import scorefield.cli.explore.Explorer;
import scorefield.cli.explore.server.SharedDevice;
import scorefield.kernels.OpenClDevice;
import scorefield.kernels.ladder.Ladder;
import scorefield.kernels.ladder.Ladders;
import scorefield.kernels.opencl.ClDevices;

/** The ladder in a browser, with small operands. */
class LadderPageTest {

    private static final Ladder MATMUL = Ladders.ALL.get(2);

    private static Explorer explorer;

    @BeforeAll
    static void open() throws IOException {
        OpenClDevice device = new OpenClDevice(ClDevices.list().get(0));
        SharedDevice shared = new SharedDevice(device);
        explorer = new Explorer(shared, new LadderPage(Optional.of(device), shared));
    }

    @AfterAll
    static void close() {
        explorer.close();
    }

    private static void show(int width, boolean dark) {
        explorer.open(width, dark);
        explorer.await("document.querySelectorAll('#rungs .card').length > 0");
    }

    private static void measureMatmul(int rows) {
        explorer.set("#ladder", "matmul");
        explorer.set("#extents [name=rows]", rows);
        explorer.set("#extents [name=columns]", 33);
        explorer.set("#extents [name=inner]", 9);
        explorer.set("#rounds", 2);
        explorer.click("#measure");
        explorer.await("document.querySelector('#status').textContent.startsWith('Every kernel agrees')");
    }

    @ParameterizedTest
    @CsvSource({"1280, false", "1280, true", "390, false", "390, true"})
    void itLoads(int width, boolean dark) throws IOException {
        show(width, dark);
        explorer.click("#rungs details summary");
        assertThat(explorer.find("#rungs pre").getText()).contains("kernel void");
        explorer.requireWell();
        explorer.keep("ladder-" + width + (dark ? "-dark" : ""));
    }

    @Test
    void anotherOpHasOtherKernels() {
        show(1280, false);
        for (Ladder ladder : Ladders.ALL) {
            explorer.set("#ladder", ladder.name());
            assertThat(explorer.find("#formula").getText()).isEqualTo(ladder.formula());
            assertThat(explorer.findAll("#rungs .card")).hasSameSizeAs(ladder.rungs(ladder.extents()));
            assertThat(explorer.findAll("#extents input"))
                    .hasSameSizeAs(ladder.extents().list());
        }
        explorer.requireWell();
    }

    @Test
    void theChosenSizeIsMeasured() throws IOException {
        show(1280, false);
        Object empty = explorer.run("return document.querySelector('canvas.plot').toDataURL()");
        for (int rows : new int[] {20, 7}) {
            measureMatmul(rows);
            assertThat(explorer.find("#facts").getText()).contains("rows=" + rows + " columns=33 inner=9, on ");
            assertThat(explorer.findAll("#rows tr"))
                    .hasSize(MATMUL.rungs(MATMUL.extents()).size() + 1);
            assertThat((Object) explorer.run("return document.querySelector('canvas.plot').toDataURL()"))
                    .isNotEqualTo(empty);
        }
        assertThat(explorer.find("#rows").getText()).contains("1 naive", "6 local memory *", "8 in use");
        assertThat(explorer.find("#notes").getText()).contains("* made for a GPU");
        explorer.requireWell();
        explorer.keep("ladder-measured");
    }

    @Test
    void aTableFitsANarrowWindow() {
        show(390, false);
        measureMatmul(5);
        explorer.requireWell();
    }

    @Test
    void whatIsTooLargeIsRefused() {
        show(1280, false);
        explorer.set("#ladder", "matmul");
        explorer.set("#extents [name=rows]", 5000);
        explorer.click("#measure");
        explorer.await("document.querySelector('#status.failed') !== null");
        assertThat(explorer.find("#status").getText()).contains("rows must be a whole number from 1 to 4096; got 5000");
    }
}
