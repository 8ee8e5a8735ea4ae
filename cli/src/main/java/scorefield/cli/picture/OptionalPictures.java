package scorefield.cli.picture;

import java.io.IOException;
import java.io.PrintWriter;
import scorefield.cli.plot.NoFontsException;

/** Pictures that a command can do without: where text cannot be drawn, the command says so once and goes on. */
public final class OptionalPictures {

    private final PrintWriter console;
    private boolean said;

    /** @param console where the reason is said */
    public OptionalPictures(PrintWriter console) {
        this.console = console;
    }

    /** Draws a picture and writes it. */
    @FunctionalInterface
    public interface Drawing {
        void draw() throws IOException;
    }

    /** Whether the picture could be drawn. */
    public boolean draw(Drawing drawing) throws IOException {
        try {
            drawing.draw();
            return true;
        } catch (NoFontsException e) {
            if (!said) {
                console.println("note      " + e.getMessage());
                console.flush();
            }
            said = true;
            return false;
        }
    }
}
