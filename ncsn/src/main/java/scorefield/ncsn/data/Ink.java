package scorefield.ncsn.data;

import java.util.Arrays;

/**
 * A sheet on which a round pen leaves ink, drawn through a distance field: each pixel keeps how far its centre lies
 * outside the nearest stroke's edge (negative inside), in pixels, and that distance alone decides its brightness. So
 * edges are anti-aliased, and strokes that cross do not add up.
 */
final class Ink {

    /** Ink fades over this many pixels, a little more than anti-aliasing needs: MNIST's digits were reduced in size. */
    private static final double SOFTNESS = 1.5;

    private final int height;
    private final int width;
    private final float[] outside;

    Ink(int height, int width) {
        this.height = height;
        this.width = width;
        this.outside = new float[height * width];
        Arrays.fill(outside, Float.POSITIVE_INFINITY);
    }

    /** A straight piece of a stroke from (x0, y0) with radius r0 to (x1, y1) with radius r1, all in pixels. */
    void line(double x0, double y0, double r0, double x1, double y1, double r1) {
        // Ink has faded half of SOFTNESS outside the edge; a pixel's centre is half a pixel from its corner.
        double reach = Math.max(r0, r1) + SOFTNESS / 2;
        int left = Math.max(0, (int) Math.ceil(Math.min(x0, x1) - reach - 0.5));
        int right = Math.min(width - 1, (int) Math.floor(Math.max(x0, x1) + reach - 0.5));
        int top = Math.max(0, (int) Math.ceil(Math.min(y0, y1) - reach - 0.5));
        int bottom = Math.min(height - 1, (int) Math.floor(Math.max(y0, y1) + reach - 0.5));
        double dx = x1 - x0;
        double dy = y1 - y0;
        double lengthSquared = Math.max(dx * dx + dy * dy, 1e-12);
        for (int row = top; row <= bottom; row++) {
            double py = row + 0.5 - y0;
            for (int column = left; column <= right; column++) {
                double px = column + 0.5 - x0;
                double t = Math.max(0, Math.min(1, (px * dx + py * dy) / lengthSquared));
                double ex = px - t * dx;
                double ey = py - t * dy;
                float d = (float) (Math.sqrt(ex * ex + ey * ey) - (r0 + t * (r1 - r0)));
                int at = row * width + column;
                if (d < outside[at]) {
                    outside[at] = d;
                }
            }
        }
    }

    /** White ink on black, {@code H×W}, written at {@code at}. */
    void develop(byte[] pixels, int at) {
        for (int i = 0; i < outside.length; i++) {
            double t = Math.max(0, Math.min(1, 0.5 - outside[i] / SOFTNESS));
            // Smooth step: no kink where ink begins.
            pixels[at + i] = (byte) Math.round(255 * t * t * (3 - 2 * t));
        }
    }
}
