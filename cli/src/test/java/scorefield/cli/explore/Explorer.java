package scorefield.cli.explore;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.interactions.Actions;
import scorefield.cli.explore.server.Page;
import scorefield.cli.explore.server.Server;
import scorefield.cli.explore.server.SharedDevice;

/** A page of the explorer in the browser, as a person sees it. */
public final class Explorer implements AutoCloseable {

    private final Server server;
    private final Chromium chromium = new Chromium();
    private final Page page;

    public Explorer(SharedDevice shared, Page page) throws IOException {
        this.page = page;
        server = new Server(0, shared, List.of(page));
    }

    /** Opens the page in a window of that width, and forgets what the console said before. */
    public void open(int width, boolean dark) {
        chromium.complaints();
        chromium.look(width, 900, dark);
        chromium.open(server.address() + page.name() + "/");
    }

    public WebElement find(String css) {
        return chromium.find(css);
    }

    public List<WebElement> findAll(String css) {
        return chromium.driver().findElements(By.cssSelector(css));
    }

    public Object run(String script, Object... arguments) {
        return chromium.script(script, arguments);
    }

    /** Waits until a script's value is true. */
    public void await(String condition) {
        chromium.await(condition);
    }

    public void click(String css) {
        run("document.querySelector(arguments[0]).scrollIntoView({ block: 'center' })", css);
        find(css).click();
    }

    /** Types a number into a field, or moves a slider. */
    public void set(String css, Object value) {
        chromium.set(css, value);
    }

    public Actions mouse() {
        return new Actions(chromium.driver());
    }

    /** Nothing in the console is a warning or an error, and nothing is wider than the window. */
    public void requireWell() {
        assertThat(chromium.complaints()).isEmpty();
        assertThat(chromium.overflow()).as("pixels beyond the window").isZero();
    }

    /** Keeps a picture of the whole page where {@code explorer.pictures} names a folder, for those who want to look. */
    public void keep(String name) throws IOException {
        String folder = System.getProperty("explorer.pictures");
        if (folder == null) {
            return;
        }
        int width = ((Long) run("return window.innerWidth")).intValue();
        int height = ((Long) run("return document.documentElement.scrollHeight")).intValue();
        chromium.resize(width, height);
        Files.createDirectories(Path.of(folder));
        chromium.photograph(Path.of(folder, name + ".png"));
    }

    @Override
    public void close() {
        chromium.close();
        server.close();
    }
}
