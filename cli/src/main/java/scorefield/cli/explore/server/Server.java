package scorefield.cli.explore.server;

import com.sun.net.httpserver.HttpContext;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import scorefield.cli.console.Failures;
import scorefield.ncsn.file.BadFileException;
import scorefield.ncsn.file.Json;

/**
 * The web server of the explorer: the JDK's own, which listens on 127.0.0.1 only.
 *
 * <p>{@code GET /NAME/} is a page, {@code GET /files/…} a file of the program, and {@code POST /NAME/ACTION} asks a page something: its body
 * is a JSON object, the header {@value #SESSION} names the window. The answer is JSON, a picture, or a stream of events where the page shows
 * how far it is. What cannot be answered is a JSON object with one sentence, {@code error}.
 */
public final class Server implements AutoCloseable {

    /** Names the window that asks. */
    static final String SESSION = "X-Session";

    /** The longest body of a request, in bytes: a dropped picture is the largest thing that is sent. */
    static final int LONGEST = 16 << 20;

    private static final Pattern SESSION_NAME = Pattern.compile("[0-9a-zA-Z-]{1,64}");

    private static final int PATIENCE_SECONDS = 30;

    static {
        // An event is sent when it happens, not when the one before it was acknowledged, 40 milliseconds later.
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    private final HttpServer server;
    private final SharedDevice device;
    private final List<Page> pages;
    private final ExecutorService threads;

    /** The newest request of each window, page and action. */
    private final Map<String, Request> newest = new ConcurrentHashMap<>();

    /**
     * Starts to listen.
     *
     * @param port the port; 0 for any that is free
     * @param device to compute on; it is closed together with the server
     * @param pages in the order of their links; the first is shown first
     * @throws java.net.BindException if the port is taken
     */
    public Server(int port, SharedDevice device, List<Page> pages) throws IOException {
        this.device = device;
        this.pages = List.copyOf(pages);
        this.threads = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "explorer");
            thread.setDaemon(true);
            return thread;
        });
        server = HttpServer.create(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port), 0);
        server.setExecutor(threads);
        handle("/", this::toFirstPage);
        handle("/files/", this::file);
        pages.forEach(page -> handle("/" + page.name() + "/", exchange -> ask(page, exchange)));
        server.start();
    }

    private void handle(String path, HttpHandler handler) {
        HttpContext context = server.createContext(path, exchange -> {
            try {
                handler.handle(exchange);
            } finally {
                exchange.close();
            }
        });
        context.getFilters().add(new Guard(server.getAddress().getPort()));
    }

    /** The address to type into a browser. */
    public URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
    }

    private void toFirstPage(HttpExchange exchange) throws IOException {
        if (isAt(exchange, "/")) {
            exchange.getResponseHeaders().set("Location", "/" + pages.get(0).name() + "/");
            exchange.sendResponseHeaders(302, -1);
        } else {
            notFound(exchange);
        }
    }

    private void file(HttpExchange exchange) throws IOException {
        var file = Resources.find(exchange.getRequestURI().getPath().substring("/files/".length()));
        if (isGet(exchange) && file.isPresent()) {
            Reply.send(exchange, 200, file.get());
        } else {
            notFound(exchange);
        }
    }

    private void ask(Page page, HttpExchange exchange) throws IOException {
        String home = "/" + page.name() + "/";
        Action action = page.actions().get(exchange.getRequestURI().getPath().substring(home.length()));
        if (isAt(exchange, home)) {
            byte[] html = PageHtml.of(page, pages).getBytes(StandardCharsets.UTF_8);
            Reply.send(exchange, 200, new Answer("text/html; charset=utf-8", html));
        } else if (action != null && !isGet(exchange)) {
            act(action, exchange);
        } else {
            notFound(exchange);
        }
    }

    private static boolean isGet(HttpExchange exchange) {
        return exchange.getRequestMethod().equals("GET");
    }

    private static boolean isAt(HttpExchange exchange, String path) {
        return isGet(exchange) && exchange.getRequestURI().getPath().equals(path);
    }

    private static void notFound(HttpExchange exchange) throws IOException {
        Reply.error(
                exchange,
                404,
                "There is nothing at " + exchange.getRequestMethod() + " "
                        + exchange.getRequestURI().getPath() + ".");
    }

    private void act(Action action, HttpExchange exchange) throws IOException {
        String session = exchange.getRequestHeaders().getFirst(SESSION);
        byte[] body = exchange.getRequestBody().readNBytes(LONGEST + 1);
        if (session == null || !SESSION_NAME.matcher(session).matches()) {
            Reply.error(exchange, 400, "The header " + SESSION + " must name the window: letters, digits and hyphens.");
        } else if (body.length > LONGEST) {
            Reply.error(exchange, 413, "A request may have " + (LONGEST >> 20) + " MiB; this one has more.");
        } else {
            Events events = new Events(exchange);
            try {
                Json parameters =
                        Json.parse(new String(body, StandardCharsets.UTF_8), "the request", "reload the page");
                parameters.object();
                Request request = new Request(parameters, session, device, events);
                answer(action, request, session + exchange.getRequestURI().getPath(), exchange, events);
            } catch (BadFileException e) {
                fail(exchange, events, 400, e.getMessage());
            }
        }
    }

    private void answer(Action action, Request request, String place, HttpExchange exchange, Events events)
            throws IOException {
        Request before = newest.put(place, request);
        if (before != null) {
            before.cancel();
        }
        try {
            Answer answer = action.answer(request);
            if (events.haveBegun()) {
                events.send("result", answer);
            } else {
                Reply.send(exchange, 200, answer);
            }
        } catch (CancellationException cancelled) {
            fail(exchange, events, 409, "A newer request has taken the place of this one.");
        } catch (IOException | RuntimeException | OutOfMemoryError failure) {
            fail(exchange, events, Failures.code(failure) == 2 ? 400 : 500, Failures.message(failure));
        } finally {
            newest.remove(place, request);
        }
    }

    private static void fail(HttpExchange exchange, Events events, int status, @Nullable String sentence)
            throws IOException {
        if (!events.haveBegun()) {
            Reply.error(exchange, status, String.valueOf(sentence));
            return;
        }
        try {
            events.send("error", Reply.error(String.valueOf(sentence)));
        } catch (CancellationException left) {
            // Nobody listens.
            return;
        }
    }

    /** Cancels what is computed, waits for its end, and frees the device. */
    @Override
    public void close() {
        newest.values().forEach(Request::cancel);
        server.stop(0);
        threads.shutdown();
        try {
            if (threads.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                device.close();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
