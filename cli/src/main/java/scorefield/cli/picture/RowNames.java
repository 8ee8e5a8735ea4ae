package scorefield.cli.picture;

import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.List;
import scorefield.cli.plot.Fonts;

/** Names beside the rows of a grid of images. */
final class RowNames {

    private static final Font FONT = new Font(Font.SANS_SERIF, Font.PLAIN, 14);

    /** Pixels to the left and to the right of a name. */
    private static final int SPACE = 8;

    private RowNames() {}

    /**
     * The grid with a margin at its left, in the colour of the gaps, in which each row's name stands.
     *
     * @param names of all rows, from above
     * @throws scorefield.cli.plot.NoFontsException where Java cannot draw text
     */
    static BufferedImage beside(BufferedImage grid, List<String> names) {
        Fonts.require();
        FontMetrics metrics = grid.createGraphics().getFontMetrics(FONT);
        int widest = names.stream().mapToInt(metrics::stringWidth).max().orElseThrow();
        int margin = widest + 2 * SPACE;
        BufferedImage named = new BufferedImage(margin + grid.getWidth(), grid.getHeight(), grid.getType());
        Graphics2D pen = named.createGraphics();
        // Samples, not colours: a grey image's samples stand for other ones than a colour's of the same number.
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
