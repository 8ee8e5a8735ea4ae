package scorefield.cli.explore.server;

import com.sun.net.httpserver.Filter;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/**
 * Keeps other sites out. The server listens on this machine's own address only; but a browser on this machine would send it the requests of
 * any site that it shows. Such a request names another origin. One that reached the server through a name that the other site's owner has
 * pointed at this machine (DNS rebinding) names another host.
 *
 * <p>What the server sends may load nothing from elsewhere, run no script inside a page, and be shown inside no other page.
 */
final class Guard extends Filter {

    private static final Set<String> METHODS = Set.of("GET", "POST");

    private final Set<String> hosts;

    /** @param port the port of the server */
    Guard(int port) {
        this.hosts = Set.of("127.0.0.1:" + port, "localhost:" + port);
    }

    @Override
    public String description() {
        return "refuses what other sites ask";
    }

    @Override
    public void doFilter(HttpExchange exchange, Chain chain) throws IOException {
        Headers protection = exchange.getResponseHeaders();
        protection.set(
                "Content-Security-Policy",
                "default-src 'self'; img-src 'self' blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
        protection.set("X-Content-Type-Options", "nosniff");
        protection.set("Referrer-Policy", "no-referrer");
        protection.set("Cross-Origin-Resource-Policy", "same-origin");
        protection.set("Cross-Origin-Opener-Policy", "same-origin");
        protection.set("Cache-Control", "no-store");
        if (!METHODS.contains(exchange.getRequestMethod())) {
            protection.set("Allow", "GET, POST");
            Reply.error(exchange, 405, "The method must be GET or POST; it is " + exchange.getRequestMethod() + ".");
        } else if (!isOurs(exchange.getRequestHeaders().get("Host"))) {
            Reply.error(exchange, 403, "The host must be one of " + sorted() + ".");
        } else if (!isOwnOrigin(exchange.getRequestHeaders().get("Origin"))) {
            Reply.error(exchange, 403, "Only the explorer's own pages may ask it something.");
        } else {
            chain.doFilter(exchange);
        }
    }

    private boolean isOurs(List<String> host) {
        return host != null && host.size() == 1 && hosts.contains(host.get(0));
    }

    /** A browser names the origin of every request that is not a plain GET of its own site. */
    private boolean isOwnOrigin(List<String> origin) {
        return origin == null
                || origin.size() == 1
                        && origin.get(0).startsWith("http://")
                        && hosts.contains(origin.get(0).substring("http://".length()));
    }

    private String sorted() {
        return String.join(", ", hosts.stream().sorted().toList());
    }
}
