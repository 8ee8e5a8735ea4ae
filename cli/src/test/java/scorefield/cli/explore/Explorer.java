package scorefield.cli.explore;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import org.openqa.selenium.By;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import org.openqa.selenium.support.ui.WebDriverWait;
import scorefield.cli.explore.server.Page;
import scorefield.cli.explore.server.Server;
import scorefield.cli.explore.server.SharedDevice;

/** A page of the explorer in Debian's Chromium, as a person sees it. */
public final class Explorer implements AutoCloseable {

    /** For what takes a network: this machine may be busy. */
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final Server server;
    private final ChromeDriver driver;
    private final Page page;

    public Explorer(SharedDevice shared, Page page) throws IOException {
        this.page = page;
        server = new Server(0, shared, List.of(page));
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        ChromeOptions options = new ChromeOptions()
                .setBinary("/usr/bin/chromium")
                .addArguments("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage");
        options.setCapability("goog:loggingPrefs", logs);
        driver = new ChromeDriver(
                new ChromeDriverService.Builder()
                        .usingDriverExecutable(new File("/usr/bin/chromedriver"))
                        .build(),
                options);
    }

    /** Opens the page in a window of that width, and forgets what the console said before. */
    public void open(int width, boolean dark) {
        driver.manage().logs().get(LogType.BROWSER);
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", 900, "deviceScaleFactor", 1, "mobile", width < 500));
        driver.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"))));
        driver.get(server.address() + page.name() + "/");
    }

    public WebElement find(String css) {
        return driver.findElement(By.cssSelector(css));
    }

    public List<WebElement> findAll(String css) {
        return driver.findElements(By.cssSelector(css));
    }

    public Object run(String script, Object... arguments) {
        return driver.executeScript(script, arguments);
    }

    /** Waits until a script's value is true. */
    public void await(String condition) {
        new WebDriverWait(driver, PATIENCE)
                .withMessage(() -> condition + "; the page says: "
                        + run("return [...document.querySelectorAll('.status')].map((e) => e.textContent).join(' | ')"))
                .until(any -> Boolean.TRUE.equals(driver.executeScript("return " + condition)));
    }

    public void click(String css) {
        run("document.querySelector(arguments[0]).scrollIntoView({ block: 'center' })", css);
        find(css).click();
    }

    /** Types a number into a field, or moves a slider. */
    public void set(String css, Object value) {
        run(
                "const e = document.querySelector(arguments[0]); e.value = arguments[1];"
                        + " e.dispatchEvent(new Event('input')); e.dispatchEvent(new Event('change'));",
                css,
                String.valueOf(value));
    }

    public Actions mouse() {
        return new Actions(driver);
    }

    /** Nothing in the console is an error, and nothing is wider than the window. */
    public void requireWell() {
        assertThat(driver.manage().logs().get(LogType.BROWSER).getAll())
                .filteredOn(entry -> entry.getLevel().intValue() >= Level.SEVERE.intValue())
                .isEmpty();
        assertThat((Long) run("return document.documentElement.scrollWidth - document.documentElement.clientWidth"))
                .as("pixels beyond the window")
                .isZero();
    }

    /** Keeps a picture of the whole page where {@code explorer.pictures} names a folder, for those who want to look. */
    public void keep(String name) throws IOException {
        String folder = System.getProperty("explorer.pictures");
        if (folder == null) {
            return;
        }
        Long width = (Long) run("return window.innerWidth");
        Long height = (Long) run("return document.documentElement.scrollHeight");
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 500));
        Files.createDirectories(Path.of(folder));
        Files.write(Path.of(folder, name + ".png"), driver.getScreenshotAs(OutputType.BYTES));
    }

    @Override
    public void close() {
        driver.quit();
        server.close();
    }
}
