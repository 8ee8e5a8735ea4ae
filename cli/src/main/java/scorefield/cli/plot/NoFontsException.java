package scorefield.cli.plot;

/** Java cannot draw text here, so a picture with text in it cannot be drawn. The message is one line, with the remedy. */
public final class NoFontsException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    NoFontsException(String message) {
        super(message);
    }
}
