package scorefield.cli.explore.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.BindException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import scorefield.autodiff.Executable;
import scorefield.autodiff.Program;
import scorefield.autodiff.ReferenceDevice;
import scorefield.autodiff.Tensor;
import scorefield.ncsn.data.BadDataException;

/** What the server answers, and to whom. */
class ServerTest {

    private final CountDownLatch begun = new CountDownLatch(1);
    private final HttpClient client = HttpClient.newHttpClient();
    private Server server;
    private int port;

    /** A page that can be asked a few things. */
    private final class TestPage implements Page {

        @Override
        public String name() {
            return "argument";
        }

        @Override
        public String title() {
            return "A & B";
        }

        @Override
        public String content() {
            return "<p>content</p>";
        }

        @Override
        public Map<String, Action> actions() {
            return Map.of(
                    "double",
                    request -> Answer.json(
                            Map.of("twice", 2 * request.parameters().member("x").number(0))),
                    "count",
                    request -> {
                        for (int i = 1; i <= 3; i++) {
                            request.progress(Map.of("at", i));
                        }
                        return Answer.json(Map.of("counted", 3));
                    },
                    "half",
                    request -> {
                        request.progress(Map.of("at", 1));
                        throw new BadDataException("there are no data; name some");
                    },
                    "forever",
                    ServerTest.this::forever);
        }
    }

    /** Computes until it is cancelled. */
    private Answer forever(Request request) {
        try (Executable executable = request.device().compile(Program.fetching(Tensor.scalar(1)))) {
            while (true) {
                executable.run(Map.of());
                begun.countDown();
            }
        }
    }

    @BeforeEach
    void start() throws IOException {
        server = new Server(0, new SharedDevice(new ReferenceDevice()), List.of(new TestPage()));
        port = server.address().getPort();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private HttpRequest.Builder at(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
    }

    private HttpRequest asking(String action, String body) {
        return at("/argument/" + action)
                .header(Server.SESSION, "window-1")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
    }

    private HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
        return client.send(request, BodyHandlers.ofString());
    }

    /** What the server sends to a request that is written by hand. */
    private String raw(String... lines) throws IOException {
        try (Socket socket = new Socket(InetAddress.getByName("127.0.0.1"), port)) {
            String request = String.join("\r\n", lines) + "\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))
                    .readLine();
        }
    }

    @Test
    void pagesAndFilesComeWithAStrictPolicy() throws Exception {
        for (String path : List.of("/argument/", "/files/frame.js", "/files/nothing.js")) {
            HttpResponse<String> response = send(at(path).build());
            assertThat(response.headers().firstValue("Content-Security-Policy"))
                    .hasValueSatisfying(policy -> assertThat(policy)
                            .startsWith("default-src 'self';")
                            .doesNotContain("unsafe")
                            .contains("frame-ancestors 'none'"));
            assertThat(response.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
            assertThat(response.headers().firstValue("Referrer-Policy")).hasValue("no-referrer");
        }
        HttpResponse<String> page = send(at("/argument/").build());
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body())
                .contains("<title>A &amp; B · scorefield</title>", "<p>content</p>")
                .contains("<a href=\"/argument/\" aria-current=\"page\">A &amp; B</a>")
                .doesNotContain("{");
        HttpResponse<String> home = send(at("/").build());
        assertThat(home.statusCode()).isEqualTo(302);
        assertThat(home.headers().firstValue("Location")).hasValue("/argument/");
        assertThat(send(at("/files/frame.css").build()).headers().firstValue("Content-Type"))
                .hasValue("text/css; charset=utf-8");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/files/../Main.class",
                "/files/argument/theory.md",
                "/files/argument/..%2fframe.css",
                "/files//etc/passwd",
                "/files/",
                "/argument",
                "/argument/double",
                "/other/"
            })
    void nothingElseIsServed(String path) throws Exception {
        HttpResponse<String> response = send(at(path).build());
        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(response.body()).startsWith("{\"error\":\"There is nothing at GET /");
    }

    @Test
    void otherHostsAndOriginsAreRefused() throws Exception {
        String own = "Host: 127.0.0.1:" + port;
        assertThat(raw("GET /argument/ HTTP/1.1", own)).contains(" 200 ");
        assertThat(raw("GET /argument/ HTTP/1.1", "Host: localhost:" + port)).contains(" 200 ");
        assertThat(raw("GET /argument/ HTTP/1.1", own, "Origin: http://127.0.0.1:" + port))
                .contains(" 200 ");
        assertThat(raw("GET /argument/ HTTP/1.1", "Host: example.org")).contains(" 403 ");
        assertThat(raw("GET /argument/ HTTP/1.1", "Host: example.org:" + port)).contains(" 403 ");
        assertThat(raw("GET /argument/ HTTP/1.1", "Host: 127.0.0.1:1")).contains(" 403 ");
        assertThat(raw("GET /files/frame.js HTTP/1.1", "Host: example.org")).contains(" 403 ");
        assertThat(raw("GET / HTTP/1.0")).contains(" 403 ");
        for (String origin : List.of(
                "http://example.org", "null", "http://127.0.0.1:1", "https://127.0.0.1:" + port, "http://127.0.0.1")) {
            assertThat(raw("POST /argument/double HTTP/1.1", own, "Origin: " + origin, "Content-Length: 0"))
                    .as(origin)
                    .contains(" 403 ");
        }
    }

    @Test
    void onlyGetAndPostAreAnswered() throws Exception {
        HttpResponse<String> response = send(at("/argument/").DELETE().build());
        assertThat(response.statusCode()).isEqualTo(405);
        assertThat(response.headers().firstValue("Allow")).hasValue("GET, POST");
        assertThat(send(at("/argument/")
                                .POST(HttpRequest.BodyPublishers.noBody())
                                .build())
                        .statusCode())
                .isEqualTo(404);
    }

    @Test
    void anActionAnswersInJsonOrSaysWhatIsWrong() throws Exception {
        assertThat(send(asking("double", "{\"x\": 21}")).body()).isEqualTo("{\"twice\":42.0}");
        for (String wrong : List.of("{\"x\": -1}", "{}", "[]", "", "{\"x\": 1", "\u0000")) {
            HttpResponse<String> response = send(asking("double", wrong));
            assertThat(response.statusCode()).as(wrong).isEqualTo(400);
            assertThat(response.body()).startsWith("{\"error\":\"the request").endsWith("reload the page\"}");
        }
        HttpRequest nameless = at("/argument/double")
                .POST(HttpRequest.BodyPublishers.ofString("{\"x\": 1}"))
                .build();
        assertThat(send(nameless).statusCode()).isEqualTo(400);
        assertThat(send(asking("double", " ".repeat(Server.LONGEST + 1))).statusCode())
                .isEqualTo(413);
    }

    @Test
    void progressComesAsEventsBeforeTheResult() throws Exception {
        HttpResponse<String> response = send(asking("count", "{}"));
        assertThat(response.headers().firstValue("Content-Type")).hasValue("text/event-stream");
        assertThat(response.body())
                .isEqualTo("event: progress\ndata: {\"at\":1}\n\nevent: progress\ndata: {\"at\":2}\n\n"
                        + "event: progress\ndata: {\"at\":3}\n\nevent: result\ndata: {\"counted\":3}\n\n");
        assertThat(send(asking("half", "{}")).body())
                .endsWith("event: error\ndata: {\"error\":\"there are no data; name some\"}\n\n");
    }

    @Test
    void aNewRequestOfTheSameWindowCancelsTheOldOne() throws Exception {
        CompletableFuture<HttpResponse<String>> old =
                client.sendAsync(asking("forever", "{}"), BodyHandlers.ofString());
        assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(send(asking("double", "{\"x\": 1}")).body())
                .as("another action is answered meanwhile")
                .isEqualTo("{\"twice\":2.0}");
        assertThat(old).isNotDone();
        CompletableFuture<HttpResponse<String>> young =
                client.sendAsync(asking("forever", "{}"), BodyHandlers.ofString());
        assertThat(old.get(30, TimeUnit.SECONDS).statusCode()).isEqualTo(409);
        assertThat(young).isNotDone();
    }

    @Test
    void theAddressIsThisMachinesAloneAndAPortThatIsTakenIsSaid() {
        assertThat(server.address().getHost()).isEqualTo("127.0.0.1");
        assertThatThrownBy(() -> new Server(port, new SharedDevice(new ReferenceDevice()), List.of()))
                .isInstanceOf(BindException.class);
    }
}
