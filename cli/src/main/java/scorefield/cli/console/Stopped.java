package scorefield.cli.console;

import java.util.concurrent.CancellationException;

/** Ends a long computation because the user asked for the end of the program. */
public final class Stopped extends CancellationException {

    private static final long serialVersionUID = 1L;

    public Stopped() {
        super("stopped");
    }
}
