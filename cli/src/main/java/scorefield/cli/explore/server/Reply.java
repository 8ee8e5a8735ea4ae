package scorefield.cli.explore.server;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;

/** Sends whole answers. */
final class Reply {

    private Reply() {}

    static void send(HttpExchange exchange, int status, Answer answer) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", answer.type());
        exchange.sendResponseHeaders(status, answer.content().length == 0 ? -1 : answer.content().length);
        try (OutputStream body = exchange.getResponseBody()) {
            body.write(answer.content());
        }
    }

    /** @param sentence what is wrong and what to do, for a person */
    static void error(HttpExchange exchange, int status, String sentence) throws IOException {
        send(exchange, status, error(sentence));
    }

    static Answer error(String sentence) {
        return Answer.json(Map.of("error", sentence));
    }
}
