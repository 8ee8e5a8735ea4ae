package scorefield.ncsn.data;

import scorefield.ncsn.random.SplitMix;

/** A picture as a density in the plane: see {@link PlanarSets#fromPicture}. */
final class Brightness implements PlanarSets.Draw {

    /** The length of the longer side. */
    private static final double EXTENT = 8;

    private final int height;
    private final int width;
    /** For each pixel, row by row, the brightness of it and all before it, in units of 1/10000 of a grey level. */
    private final long[] upTo;

    Brightness(String name, Picture picture) {
        height = picture.height();
        width = picture.width();
        upTo = new long[height * width];
        long sum = 0;
        for (int pixel = 0; pixel < upTo.length; pixel++) {
            sum += brightness(picture, pixel);
            upTo[pixel] = sum;
        }
        if (sum == 0) {
            throw new BadDataException(name + ": is black all over, so no point can be drawn from its brightness;"
                    + " give a picture with bright parts");
        }
    }

    /** Luma with the weights of ITU-R BT.709 for red, green and blue, times 10000. */
    private static long brightness(Picture picture, int pixel) {
        byte[] pixels = picture.pixels();
        if (picture.channels() == 1) {
            return 10_000L * (pixels[pixel] & 0xff);
        }
        int at = 3 * pixel;
        return 2126L * (pixels[at] & 0xff) + 7152L * (pixels[at + 1] & 0xff) + 722L * (pixels[at + 2] & 0xff);
    }

    @Override
    public double[] from(SplitMix random) {
        long aim = (long) (random.uniform() * upTo[upTo.length - 1]);
        int pixel = firstAbove(aim);
        double pixelSide = EXTENT / Math.max(height, width);
        double column = pixel % width + random.uniform();
        double row = pixel / width + random.uniform();
        return new double[] {(column - width / 2.0) * pixelSide, (height / 2.0 - row) * pixelSide};
    }

    /** The first pixel whose sum is above the aim: never a black one, whose sum is that of the pixel before it. */
    private int firstAbove(long aim) {
        int low = 0;
        int high = upTo.length - 1;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (upTo[middle] > aim) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }
}
