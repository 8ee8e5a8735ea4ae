package scorefield.cli.explore.runs;

import static org.assertj.core.api.Assertions.assertThat;
import static scorefield.cli.explore.Client.numbers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import scorefield.autodiff.ReferenceDevice;
import scorefield.cli.Cli;
import scorefield.cli.explore.Client;
import scorefield.cli.explore.server.Server;
import scorefield.cli.explore.server.SharedDevice;
import scorefield.ncsn.file.Json;
import scorefield.ncsn.run.Metrics;

/** The runs of a folder, and that the page hears of what changes in it. */
class RunsPageTest {

    @TempDir
    private static Path folder;

    private static Server server;

    private final Client page = new Client(server, "runs");

    @BeforeAll
    static void start() throws IOException {
        Cli.trainMoons(folder.resolve("moons"));
        Files.createDirectory(folder.resolve("no run"));
        server = new Server(0, new SharedDevice(new ReferenceDevice()), List.of(new RunsPage(folder)));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    /** The next news that is not only a sign of life. */
    private static Json next(Iterator<Json> news) {
        while (true) {
            Json heard = news.next();
            if (!heard.member("changed").list().isEmpty()) {
                return heard;
            }
        }
    }

    @Test
    @Timeout(value = 3, unit = TimeUnit.MINUTES)
    void aReadingIsShownWhenItIsWritten() throws Exception {
        Path metrics = folder.resolve("moons/metrics.jsonl");
        List<Metrics.Reading> readings = Metrics.read(metrics);
        try (Stream<Json> events = page.events("watch", "{}")) {
            Iterator<Json> news = events.iterator();
            Json first = next(news);
            assertThat(first.member("names").plain()).isEqualTo(List.of("moons"));
            Json run = first.member("changed").list().get(0);
            assertThat(run.member("name").text()).isEqualTo("moons");
            assertThat(run.member("status").text()).startsWith("finished: 2 steps");
            assertThat(numbers(run.member("losses")))
                    .containsExactly(
                            readings.stream().mapToDouble(Metrics.Reading::loss).toArray());
            assertThat(run.member("samples").plain()).isEqualTo(true);

            Files.writeString(
                    metrics, "{\"step\":7,\"epoch\":1,\"loss\":0.125,\"gradientNorm\":1}\n", StandardOpenOption.APPEND);
            run = next(news).member("changed").list().get(0);
            assertThat(numbers(run.member("steps"))).endsWith(7);
            assertThat(numbers(run.member("losses"))).endsWith(0.125);
            assertThat(run.member("step").number()).isEqualTo(7);

            Cli.trainMoons(folder.resolve("second"));
            Json heard = next(news);
            while (!heard.member("names").plain().equals(List.of("moons", "second"))) {
                heard = next(news);
            }
            Files.write(folder.resolve("second/checkpoint.safetensors"), new byte[] {1, 2, 3});
            do {
                run = next(news).member("changed").list().get(0);
            } while (!run.member("status").text().contains("checkpoint.safetensors"));
            assertThat(run.member("name").text()).isEqualTo("second");
        }
    }

    @Test
    void theSamplesAreTheRunsOwnPictures() throws Exception {
        assertThat(page.picture("picture", "{'run':'moons'}"))
                .isEqualTo(Files.readAllBytes(folder.resolve("moons/samples.png")));
        for (String wrong : List.of(
                "{'run':'..'}", "{'run':'no run'}", "{'run':'moons','step':12345}", "{'run':'moons/../moons'}", "{}")) {
            assertThat(page.ask("picture", wrong).status()).as(wrong).isEqualTo(400);
        }
    }
}
