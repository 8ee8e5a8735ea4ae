package scorefield.cli.explore.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openqa.selenium.WebElement;
import scorefield.cli.Cli;
import scorefield.cli.explore.Explorer;
import scorefield.cli.explore.server.SharedDevice;
import scorefield.kernels.OpenClDevice;
import scorefield.kernels.opencl.ClDevices;
import scorefield.ncsn.sampler.SamplerKind;
import scorefield.ncsn.sampler.Samplers;

/** The model in a browser, with a network that has learned next to nothing. */
class ModelPageTest {

    private static final String SHOWN = "document.querySelector('#editstatus').textContent.startsWith('digit')";

    @TempDir
    private static Path folder;

    private static Explorer explorer;

    @BeforeAll
    static void open() throws IOException {
        Path run = folder.resolve("run");
        Cli.trainDigits(run);
        SharedDevice shared = new SharedDevice(new OpenClDevice(ClDevices.list().get(0)));
        explorer = new Explorer(shared, new ModelPage(Optional.of(run), folder, shared));
    }

    @AfterAll
    static void close() {
        explorer.close();
    }

    private static void show(int width, boolean dark) {
        explorer.open(width, dark);
        explorer.await(SHOWN);
    }

    @ParameterizedTest
    @CsvSource({"1280, false", "1280, true", "390, false", "390, true"})
    void itLoads(int width, boolean dark) throws IOException {
        show(width, dark);
        assertThat(explorer.find("#status").getText()).contains("step 2");
        explorer.requireWell();
        explorer.keep("model-" + width + (dark ? "-dark" : ""));
    }

    @Test
    void theScrubberChangesThePicture() throws IOException {
        show(1280, false);
        explorer.click("#draw");
        explorer.await("document.querySelector('#drawing').textContent.includes('evaluations of the network')");
        String last = explorer.find("#frame").getDomProperty("src");
        assertThat(explorer.find("#sigma").getText()).isEqualTo("none: the samples");
        explorer.set("#scrubber", 0);
        assertThat(explorer.find("#frame").getDomProperty("src"))
                .startsWith("blob:")
                .isNotEqualTo(last);
        assertThat(explorer.find("#sigma").getText()).startsWith("σ = ");
        explorer.requireWell();
        explorer.keep("model-annealed");
    }

    private static byte[] shown(String canvas) {
        @SuppressWarnings("unchecked")
        List<Long> red = (List<Long>) explorer.run(
                "const c = document.querySelector(arguments[0]);"
                        + " const data = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;"
                        + " return [...data].filter((_, i) => i % 4 === 0)",
                canvas);
        byte[] bytes = new byte[red.size()];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = red.get(i).byteValue();
        }
        return bytes;
    }

    /** Paints with the mouse from one place of the picture to another, in shares of its size from its middle. */
    private static void stroke(double fromX, double fromY, double toX, double toY) {
        explorer.run("document.querySelector('#paper').scrollIntoView({ block: 'center' })");
        WebElement paper = explorer.find("#paper");
        int width = paper.getSize().width;
        int height = paper.getSize().height;
        explorer.mouse()
                .moveToElement(paper, (int) (fromX * width), (int) (fromY * height))
                .clickAndHold()
                .moveToElement(paper, (int) (toX * width), (int) (toY * height))
                .release()
                .perform();
    }

    @Test
    void aDrawnMaskIsInpainted() throws IOException {
        show(1280, false);
        explorer.click("#tools input[value=mask]");
        explorer.set("#size", 1.5);
        stroke(-0.2, 0.1, 0.3, 0.1);
        @SuppressWarnings("unchecked")
        List<Long> painted = (List<Long>) explorer.run("const c = document.querySelector('#mask');"
                + " const data = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;"
                + " return [...data].filter((_, i) => i % 4 === 3)");
        assertThat(painted).hasSize(64).contains(0L).contains(255L);
        byte[] picture = shown("#picture");
        explorer.set("#levelsteps", 2);
        explorer.click("#inpaint");
        explorer.await("document.querySelectorAll('#pictures canvas').length === 4");
        List<WebElement> results = explorer.findAll("#pictures canvas");
        boolean changed = false;
        for (WebElement result : results) {
            byte[] pixels = Base64.getDecoder().decode(result.getDomAttribute("data-pixels"));
            for (int pixel = 0; pixel < pixels.length; pixel++) {
                int difference = Math.abs((pixels[pixel] & 0xff) - (picture[pixel] & 0xff));
                if (painted.get(pixel) == 0) {
                    // The network sees the middle of a byte's cell, and a saved picture rounds.
                    assertThat(difference).as("pixel %d", pixel).isLessThanOrEqualTo(1);
                } else {
                    changed |= difference > 1;
                }
            }
        }
        assertThat(changed).isTrue();
        explorer.requireWell();
        explorer.keep("model-inpainted");
    }

    @Test
    void thePictureCanBeDrawn() {
        show(1280, false);
        explorer.click("#clear");
        assertThat(shown("#picture")).containsOnly(0);
        explorer.click("#tools input[value=draw]");
        explorer.set("#grey", 200);
        stroke(-0.3, 0, 0.3, 0);
        assertThat(shown("#picture")).contains(200).contains(0);
    }

    @Test
    void noiseIsRemoved() {
        show(1280, false);
        explorer.set("#steps", 3);
        explorer.set("#results", 2);
        explorer.click("#denoise");
        explorer.await("document.querySelectorAll('#pictures figure').length === 4");
        assertThat(explorer.find("#pictures").getText()).contains("with noise", "mean", "sample");
        explorer.requireWell();
    }

    @Test
    void twoPicturesAreInterpolated() {
        show(1280, false);
        explorer.click("#setfrom");
        explorer.set("#index", 1);
        explorer.click("#example");
        explorer.await("document.querySelector('#editstatus').textContent === 'digit 1'");
        explorer.click("#setto");
        explorer.set("#between", 3);
        explorer.click("#interpolate");
        explorer.await("document.querySelectorAll('#pictures canvas').length === 3");
        assertThat(explorer.find("#editstatus").getText()).startsWith("3 pictures; the ends were recovered");
        explorer.requireWell();
    }

    @Test
    void aFileBecomesAPictureOfTheRunsSize() throws IOException {
        show(1280, false);
        BufferedImage photo = new BufferedImage(40, 20, BufferedImage.TYPE_INT_RGB);
        photo.createGraphics().fillRect(0, 0, 40, 20);
        Path file = folder.resolve("white.png");
        ImageIO.write(photo, "png", file.toFile());
        explorer.find("#file").sendKeys(file.toString());
        explorer.await("document.querySelector('#editstatus').textContent.startsWith('white.png')");
        assertThat(shown("#picture")).hasSize(64).containsOnly(255);
        explorer.requireWell();
    }

    /** The browser makes the file itself: a drag from the desktop is beyond a driver. */
    @Test
    void aFileThatIsDroppedBecomesThePicture() {
        show(1280, false);
        explorer.run("const canvas = document.createElement('canvas'); canvas.width = 40; canvas.height = 20;"
                + " const context = canvas.getContext('2d'); context.fillStyle = '#ffffff'; context.fillRect(0, 0, 40, 20);"
                + " canvas.toBlob((blob) => {"
                + " const dataTransfer = new DataTransfer();"
                + " dataTransfer.items.add(new File([blob], 'dropped.png', { type: 'image/png' }));"
                + " for (const type of ['dragover', 'drop']) document.querySelector('#paper').dispatchEvent("
                + "new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true })); }, 'image/png');");
        explorer.await("document.querySelector('#editstatus').textContent.startsWith('dropped.png')");
        assertThat(shown("#picture")).hasSize(64).containsOnly(255);
        assertThat(explorer.findAll("#paper.over")).isEmpty();
        explorer.requireWell();
    }

    @Test
    void everySamplerIsShown() throws IOException {
        show(1280, false);
        explorer.set("#budget", 2);
        explorer.set("#comparecount", 2);
        explorer.click("#compare");
        explorer.await("document.querySelector('#comparestatus').textContent.includes('samplers, at most 10')");
        assertThat(explorer.findAll("#compared figure"))
                .extracting(figure -> figure.getDomAttribute("data-sampler"))
                .isEqualTo(Samplers.ALL.stream().map(SamplerKind::name).toList());
        explorer.requireWell();
        explorer.keep("model-compared");
    }

    @Test
    void aRunOnPointsIsAnnealedAndComparedOnly() throws IOException {
        Path run = folder.resolve("moons");
        Cli.trainMoons(run);
        SharedDevice shared = new SharedDevice(new OpenClDevice(ClDevices.list().get(0)));
        try (Explorer points = new Explorer(shared, new ModelPage(Optional.of(run), folder, shared))) {
            points.open(1280, false);
            points.await("!document.querySelector('#annealing').hidden");
            assertThat(points.find("#editing").isDisplayed()).isFalse();
            points.set("#evaluations", 10);
            points.click("#draw");
            points.await("document.querySelector('#drawing').textContent.includes('evaluations of the network')");
            assertThat((Long) points.run("return document.querySelector('#frame').naturalWidth"))
                    .isEqualTo(520);
            assertThat(Integer.parseInt(points.find("#scrubber").getDomAttribute("max")))
                    .isGreaterThan(1);
            points.requireWell();
        }
    }

    @Test
    void whatCannotBeDoneIsSaid() {
        show(1280, false);
        explorer.click("#inpaint");
        explorer.await("document.querySelector('#editstatus.failed') !== null");
        assertThat(explorer.find("#editstatus").getText()).contains("paint a mask over the part to be filled in first");
    }
}
