package scorefield.cli.explore;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import scorefield.cli.explore.server.Server;
import scorefield.ncsn.file.Json;

/** Asks a page of a server as a browser does. */
public final class Client {

    private final HttpClient client = HttpClient.newHttpClient();
    private final URI page;

    /** @param page the page's name */
    public Client(Server server, String page) {
        this.page = server.address().resolve("/" + page + "/");
    }

    /** What was answered: the events before the answer, and the answer. */
    public record Answered(int status, List<Json> progress, Json result) {}

    private HttpRequest request(String action, String body) {
        return HttpRequest.newBuilder(page.resolve(action))
                .header("X-Session", "test")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
    }

    /** @param body JSON, with ' in place of " */
    public Answered ask(String action, String body) throws IOException, InterruptedException {
        HttpResponse<String> response = client.send(request(action, body.replace('\'', '"')), BodyHandlers.ofString());
        boolean stream =
                response.headers().firstValue("Content-Type").orElseThrow().equals("text/event-stream");
        if (!stream) {
            return new Answered(response.statusCode(), List.of(), json(response.body()));
        }
        List<Json> progress = new ArrayList<>();
        for (String event : response.body().split("\n\n")) {
            Json data = json(event.substring(event.indexOf("data: ") + 6));
            if (!event.startsWith("event: progress\n")) {
                return new Answered(event.startsWith("event: result\n") ? 200 : 500, progress, data);
            }
            progress.add(data);
        }
        throw new IllegalStateException("the stream ended without a result: " + response.body());
    }

    /** A picture's bytes. */
    public byte[] picture(String action, String body) throws IOException, InterruptedException {
        return client.send(request(action, body.replace('\'', '"')), BodyHandlers.ofByteArray())
                .body();
    }

    /** The events of an answer that goes on, as they come; closing it leaves the page. */
    public Stream<Json> events(String action, String body) throws IOException, InterruptedException {
        return client.send(request(action, body.replace('\'', '"')), BodyHandlers.ofLines())
                .body()
                .filter(line -> line.startsWith("data: "))
                .map(line -> json(line.substring(6)));
    }

    private static Json json(String text) {
        return Json.parse(text, "the answer", "mend it");
    }

    /** A list of numbers; null is NaN. */
    public static double[] numbers(Json list) {
        return list.list().stream()
                .mapToDouble(number -> number.isNull() ? Double.NaN : number.number())
                .toArray();
    }
}
