package scorefield.cli.plot;

import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;

/**
 * Whether Java can draw text. That takes native libraries (HarfBuzz, FreeType, Fontconfig) and a font, which a small
 * installation or a container may lack. What Java then throws differs from release to release and from the first time to
 * the second, so it is tried once, and every picture with text asks here.
 */
public final class Fonts {

    private static final String REMEDY = "on Debian and Ubuntu, `apt-get install libharfbuzz0b libfontconfig1"
            + " fonts-dejavu-core` brings what Java draws text with";

    private Fonts() {}

    /** Holds the one trial, made when first asked for. */
    private static final class Trial {
        static final String FAILURE = failure();
    }

    /**
     * Does nothing where text can be drawn.
     *
     * @throws NoFontsException otherwise
     */
    public static void require() {
        if (!Trial.FAILURE.isEmpty()) {
            throw new NoFontsException("pictures with text cannot be drawn (" + Trial.FAILURE + "); " + REMEDY);
        }
    }

    /** Why not; empty where it can. */
    private static String failure() {
        Graphics2D graphics = new BufferedImage(16, 16, BufferedImage.TYPE_INT_RGB).createGraphics();
        try {
            graphics.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 12));
            graphics.drawString("σ", 2, 12);
            return "";
        } catch (LinkageError | InternalError | RuntimeException e) {
            Throwable cause = e;
            while (cause.getCause() != null) {
                cause = cause.getCause();
            }
            String message = cause.getMessage();
            return message == null
                    ? cause.getClass().getName()
                    : message.lines().findFirst().orElse(cause.getClass().getName());
        } finally {
            graphics.dispose();
        }
    }
}
