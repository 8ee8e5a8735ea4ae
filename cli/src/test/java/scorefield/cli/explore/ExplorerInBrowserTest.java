package scorefield.cli.explore;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.interactions.Actions;
import scorefield.cli.Cli;
import scorefield.cli.explore.argument.ArgumentPage;
import scorefield.cli.explore.runs.RunsPage;
import scorefield.cli.explore.server.Server;
import scorefield.cli.explore.server.SharedDevice;
import scorefield.kernels.Devices;

/** The pages in a real Chromium: nothing on the console, nothing to scroll sideways for, and controls that change what is computed. */
class ExplorerInBrowserTest {

    @TempDir
    private static Path folder;

    private static Server server;
    private static Chromium browser;

    @BeforeAll
    static void start() throws IOException {
        Cli.trainMoons(folder.resolve("moons"));
        server = new Server(0, new SharedDevice(Devices.open()), List.of(new ArgumentPage(), new RunsPage(folder)));
        browser = new Chromium();
    }

    @AfterAll
    static void stop() {
        browser.close();
        server.close();
    }

    @BeforeEach
    void forget() {
        browser.complaints();
        browser.statusCodes();
        browser.look(1280, 900, false);
    }

    private static void open(String page) {
        browser.open(server.address().resolve("/" + page + "/"));
    }

    @ParameterizedTest
    @CsvSource({"1280,false", "1280,true", "390,false", "390,true"})
    void everyPageFitsTheWindowAndComplainsOfNothing(int width, boolean dark) {
        browser.look(width, 900, dark);
        open("argument");
        browser.await("document.querySelector('#experiment-field').dataset.computed");
        assertThat(browser.overflow()).isZero();
        Object ground = browser.script("return getComputedStyle(document.body).backgroundColor;");
        assertThat(ground).isEqualTo(dark ? "rgb(21, 24, 29)" : "rgb(255, 255, 255)");
        open("runs");
        browser.await("document.querySelector('.run img').naturalWidth > 0");
        assertThat(browser.overflow()).isZero();
        assertThat(browser.complaints()).isEmpty();
    }

    /** A canvas's picture: another picture is another text. */
    private static Object drawn(String canvas) {
        return browser.script("return document.querySelector(arguments[0]).toDataURL();", canvas);
    }

    private static String computed(String card) {
        return String.valueOf(browser.script("return document.querySelector('" + card + "').dataset.computed ?? '0'"));
    }

    private static void awaitAfter(String card, String before) {
        browser.await("Number(document.querySelector('" + card + "').dataset.computed ?? 0) > " + before);
    }

    @Test
    void slidersAndChoicesChangeTheField() {
        open("argument");
        String card = "#experiment-field";
        awaitAfter(card, "0");
        Object before = drawn(card + " canvas");
        for (List<String> change : List.of(
                List.of(" [name=sigma]", "0.5"),
                List.of(" [name=density]", "modes"),
                List.of(" [name=weight]", "0.2"))) {
            String done = computed(card);
            browser.set(card + change.get(0), change.get(1));
            awaitAfter(card, done);
            assertThat(drawn(card + " canvas")).as(change.toString()).isNotEqualTo(before);
            before = drawn(card + " canvas");
        }
        // The other experiments are about the same density.
        assertThat(browser.script("return document.querySelector('#experiment-annealing [name=density]').value"))
                .isEqualTo("modes");
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void aDensityIsDrawnWithTheMouseAndWithTheKeyboard() {
        open("argument");
        String card = "#experiment-field";
        awaitAfter(card, "0");
        browser.set(card + " [name=density]", "drawn");
        awaitAfter(card, computed(card));
        Object before = drawn(card + " canvas");
        WebElement canvas = browser.find(card + " canvas");
        String done = computed(card);
        new Actions(browser.driver())
                .moveToElement(canvas, -120, -100)
                .clickAndHold()
                .moveByOffset(60, 0)
                .moveByOffset(60, 30)
                .release()
                .perform();
        awaitAfter(card, done);
        Object drawn = drawn(card + " canvas");
        assertThat(drawn).isNotEqualTo(before);
        done = computed(card);
        canvas.sendKeys(Keys.ARROW_RIGHT, Keys.ARROW_DOWN, Keys.SPACE);
        awaitAfter(card, done);
        assertThat(drawn(card + " canvas")).isNotEqualTo(drawn);
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void aNetworkIsTrainedAndItsScoreCanBeShown() {
        open("argument");
        String card = "#experiment-field";
        awaitAfter(card, "0");
        assertThat(browser.find(card + " option[value=learned]").isEnabled()).isFalse();
        browser.find(card + " .train").click();
        browser.await("document.querySelector('" + card + " option[value=learned]').disabled === false");
        String done = computed(card);
        browser.set(card + " [name=arrows]", "difference");
        awaitAfter(card, done);
        assertThat(browser.find(card + " .side-by-side .status").getText()).contains("% of the true score's square");
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void chainsMoveAndAreCounted() {
        open("argument");
        browser.set("#experiment-field [name=density]", "modes");
        browser.script("document.querySelector('#experiment-annealing').scrollIntoView();");
        String panel = "#experiment-annealing [data-action=annealed]";
        awaitAfter(panel, "0");
        assertThat(browser.find(panel + " .counts").getText()).contains("mode 1: ", "weight 80 %", "weight 20 %");
        assertThat(browser.find(panel + " .at").getText()).contains("step 600 of 600, σ = 0.1");
        String done = computed(panel);
        browser.set("#experiment-annealing [name=levels]", "20");
        awaitAfter(panel, done);
        assertThat(browser.find(panel + " .at").getText()).contains("step 300 of 300");
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void lossesAreComputedWhenTheyAreSeen() {
        open("argument");
        browser.script("document.querySelector('#experiment-losses').scrollIntoView();");
        awaitAfter("#experiment-losses", "0");
        assertThat(browser.find("#experiment-losses .numbers").getText()).contains("exact", "control variate", "±");
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void whatAForeignPageAsksIsRefused() throws IOException {
        HttpServer foreign = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        foreign.createContext("/", exchange -> {
            byte[] page = "<!DOCTYPE html><title>elsewhere</title><link rel=icon href=data:,>"
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, page.length);
            exchange.getResponseBody().write(page);
            exchange.close();
        });
        foreign.start();
        try {
            browser.open("http://localhost:" + foreign.getAddress().getPort() + "/");
            browser.driver()
                    .executeAsyncScript(
                            "const done = arguments[1]; fetch(arguments[0], { method: 'POST', body: '{}', mode: 'no-cors' })"
                                    + ".then(() => done('answered'), () => done('failed'));",
                            server.address().resolve("/argument/samples").toString());
            assertThat(browser.statusCodes()).contains(403).doesNotContain(400);
        } finally {
            foreign.stop(0);
        }
    }

    /** DNS rebinding: another site's name leads to this machine. */
    @Test
    void aForeignNameOfThisMachineIsRefused() {
        browser.open("http://" + Chromium.FOREIGN_NAME + ":" + server.address().getPort() + "/argument/");
        assertThat(browser.find("body").getText()).contains("The host must be one of 127.0.0.1:");
        assertThat(browser.statusCodes()).contains(403);
    }
}
