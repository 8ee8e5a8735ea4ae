package scorefield.cli.explore;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.openqa.selenium.By;
import org.openqa.selenium.JavascriptException;
import org.openqa.selenium.JavascriptExecutor;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import org.openqa.selenium.support.ui.WebDriverWait;

/** A browser without a screen, Debian's Chromium, for the tests of pages. */
public final class Chromium implements AutoCloseable {

    /** Generous: a machine that runs tests may be busy. */
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    /** A name that leads the browser to this machine. */
    public static final String FOREIGN_NAME = "foreign.example";

    private static final Pattern STATUS_CODE = Pattern.compile("\"statusCode\":(\\d+)");

    private final ChromeDriver driver;

    /** Starts it. */
    public Chromium() {
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        logs.enable(LogType.PERFORMANCE, Level.ALL);
        ChromeOptions options = new ChromeOptions();
        options.setBinary(tool("chromium"));
        // Without a sandbox, because root has none; without /dev/shm, which is small in containers.
        options.addArguments(
                "--headless=new",
                "--no-sandbox",
                "--disable-dev-shm-usage",
                "--disable-gpu",
                "--hide-scrollbars",
                "--host-resolver-rules=MAP " + FOREIGN_NAME + " 127.0.0.1");
        options.setCapability("goog:loggingPrefs", logs);
        ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(new File(tool("chromedriver")))
                .build();
        driver = new ChromeDriver(service, options);
        driver.manage().timeouts().scriptTimeout(PATIENCE).pageLoadTimeout(PATIENCE);
    }

    private static String tool(String name) {
        for (String folder : System.getenv("PATH").split(File.pathSeparator)) {
            Path tool = Path.of(folder, name);
            if (Files.isExecutable(tool)) {
                return tool.toString();
            }
        }
        throw new IllegalStateException("there is no " + name + "; bin/test installs what tests need");
    }

    /**
     * Makes the window so large, in pixels of the style sheet, and the system dark or light.
     *
     * @param width from 100 on: narrower than a desktop's window may be
     */
    public void look(int width, int height, boolean dark) {
        resize(width, height);
        driver.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"))));
    }

    /** Makes the window so large. */
    public void resize(int width, int height) {
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
    }

    /** Opens a page. */
    public void open(Object address) {
        driver.get(address.toString());
    }

    /** The first element that a CSS selector names, as soon as the page has one. */
    public WebElement find(String selector) {
        return new WebDriverWait(driver, PATIENCE).until(any -> any.findElement(By.cssSelector(selector)));
    }

    /** Runs JavaScript, which returns something. */
    public Object script(String javascript, Object... arguments) {
        return ((JavascriptExecutor) driver).executeScript(javascript, arguments);
    }

    /** Waits until JavaScript returns true. An error counts as false: the page may not have the element yet. */
    public void await(String condition) {
        new WebDriverWait(driver, PATIENCE)
                .ignoring(JavascriptException.class)
                .withMessage(() -> condition + "; the console says " + complaints())
                .until(any -> Boolean.TRUE.equals(script("return Boolean(" + condition + ")")));
    }

    /** Sets a slider or a choice as a person does, so that the page hears of it. */
    public void set(String selector, Object value) {
        script(
                "arguments[0].value = arguments[1]; for (const type of ['input', 'change'])"
                        + " arguments[0].dispatchEvent(new Event(type, { bubbles: true }));",
                find(selector),
                String.valueOf(value));
    }

    /** The browser's driver, for what a test alone needs. */
    public ChromeDriver driver() {
        return driver;
    }

    /** How much wider the page is than its window: above 0 where one has to scroll to the side. */
    public long overflow() {
        return (Long) script("return document.documentElement.scrollWidth - document.documentElement.clientWidth;");
    }

    /** What the page has written to the console as a warning or an error since this was asked last. */
    public List<String> complaints() {
        return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                .filter(entry -> entry.getLevel().intValue() >= Level.WARNING.intValue())
                .map(LogEntry::getMessage)
                .toList();
    }

    /** The status of every answer that has come since this was asked last. */
    public List<Integer> statusCodes() {
        return driver.manage().logs().get(LogType.PERFORMANCE).getAll().stream()
                .map(LogEntry::getMessage)
                .filter(message -> message.contains("Network.responseReceivedExtraInfo"))
                .map(STATUS_CODE::matcher)
                .filter(Matcher::find)
                .map(code -> Integer.valueOf(code.group(1)))
                .toList();
    }

    /** A picture of the window. */
    public void photograph(Path file) throws IOException {
        Files.write(file, driver.getScreenshotAs(OutputType.BYTES));
    }

    @Override
    public void close() {
        driver.quit();
    }
}
