package scorefield.cli.explore.server;

import com.sun.net.httpserver.HttpExchange;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import scorefield.cli.console.Stopped;

/**
 * An answer in parts, as Server-Sent Events (HTML Living Standard, section 9.2): {@code progress} any number of times, then {@code result} or
 * {@code error}, each with JSON as its data. The stream begins with the first event.
 */
final class Events {

    private final HttpExchange exchange;
    private @Nullable OutputStream out;

    Events(HttpExchange exchange) {
        this.exchange = exchange;
    }

    boolean haveBegun() {
        return out != null;
    }

    /**
     * Sends an event now.
     *
     * @throws Stopped if the browser no longer listens
     */
    void send(String name, Answer answer) {
        try {
            if (out == null) {
                exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
                exchange.sendResponseHeaders(200, 0);
                out = exchange.getResponseBody();
            }
            ByteArrayOutputStream event = new ByteArrayOutputStream();
            event.writeBytes(("event: " + name + "\ndata: ").getBytes(StandardCharsets.US_ASCII));
            event.writeBytes(answer.content());
            event.writeBytes("\n\n".getBytes(StandardCharsets.US_ASCII));
            event.writeTo(out);
            out.flush();
        } catch (IOException left) {
            throw new Stopped();
        }
    }
}
