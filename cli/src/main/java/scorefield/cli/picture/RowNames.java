package scorefield.cli.picture;

import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.List;
import scorefield.cli.plot.Fonts;

/** Names to the left of the rows of an image grid. */
final class RowNames {

    private static final Font FONT = new Font(Font.SANS_SERIF, Font.PLAIN, 14);

    /** The space to the left and to the right of a name, in pixels. */
    private static final int SPACE = 8;

    private RowNames() {}

    /**
     * Adds a left margin with the name of each row, in the colour of the gaps.
     *
     * @param names the names of all rows, from the top
     * @throws scorefield.cli.plot.NoFontsException if Java cannot draw text
     */
    static BufferedImage beside(BufferedImage grid, List<String> names) {
        Fonts.require();
        FontMetrics metrics = grid.createGraphics().getFontMetrics(FONT);
        int widest = names.stream().mapToInt(metrics::stringWidth).max().orElseThrow();
        int margin = widest + 2 * SPACE;
        BufferedImage named = new BufferedImage(margin + grid.getWidth(), grid.getHeight(), grid.getType());
        Graphics2D pen = named.createGraphics();
        // Sets raw sample values, because Java converts colours differently for grey images and colour images.
        int gap = grid.getRaster().getSample(0, 0, 0);
        pen.setColor(new Color(gap, gap, gap));
        pen.fillRect(0, 0, margin, named.getHeight());
        named.getRaster().setRect(margin, 0, grid.getRaster());
        pen.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        pen.setFont(FONT);
        pen.setColor(Color.WHITE);
        for (int row = 0; row < names.size(); row++) {
            String name = names.get(row);
            int middle = (2 * row + 1) * named.getHeight() / (2 * names.size());
            pen.drawString(
                    name,
                    margin - SPACE - metrics.stringWidth(name),
                    middle + (metrics.getAscent() - metrics.getDescent()) / 2);
        }
        pen.dispose();
        return named;
    }
}
