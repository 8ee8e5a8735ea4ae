package scorefield.cli.explore.server;

import java.io.IOException;

/** Answers a request of a page. Several may be answered at once, each in a thread of its own. */
@FunctionalInterface
public interface Action {

    /**
     * Computes the answer. A failure becomes a sentence for the person in front of the page, as on the command line.
     *
     * @throws java.util.concurrent.CancellationException if the answer is no longer wanted
     */
    Answer answer(Request request) throws IOException;
}
