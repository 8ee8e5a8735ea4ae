package scorefield.ncsn.data;

import java.util.Comparator;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Optional;
import java.util.function.ToIntFunction;
import scorefield.ncsn.data.PictureSurvey.Pixels;

/**
 * The size that pictures are brought to by default. They stay as they are if all have one size, the network can halve it as
 * often as it must, and the shorter side is at most {@value #LARGEST} pixels: a network of a given size takes time and memory in proportion to
 * the pixels, and {@value #LARGEST}×{@value #LARGEST} is what a good graphics card learns in a day.
 *
 * <p>Otherwise the shorter side becomes the median picture's, at most {@value #LARGEST} and rounded down to what the network can halve. The
 * proportions are kept where they are alike in all pictures (within a tenth), else squares are cut from their middles.
 *
 * @param size to be read with {@link ReadOptions#crop}
 * @param reason why pictures do not stay as they are
 */
public record SizeChoice(ImageSize size, String reason) {

    /** The shorter side, at most. */
    public static final int LARGEST = 64;

    private static final double ALIKE = 1.1;

    /**
     * The size for some pictures; empty where they can stay as they are.
     *
     * @param pictures one or more
     * @param divisor what the network needs height and width to be divisible by
     */
    public static Optional<SizeChoice> of(List<Pixels> pictures, int divisor) {
        Pixels first = pictures.get(0);
        boolean equal = pictures.stream().allMatch(first::equals);
        boolean divisible = first.height() % divisor == 0 && first.width() % divisor == 0;
        boolean small = Math.min(first.height(), first.width()) <= LARGEST;
        if (equal && divisible && small) {
            return Optional.empty();
        }
        String reason = !equal
                ? "pictures differ in size, from " + bySize(pictures, true) + " to " + bySize(pictures, false)
                : !small
                        ? "images of " + first + " pixels make a training step take long"
                        : divisor + " does not divide the sides of " + first + " pixels, and the network halves them";
        DoubleSummaryStatistics proportions = pictures.stream()
                .mapToDouble(picture -> (double) picture.height() / picture.width())
                .summaryStatistics();
        int height = median(pictures, Pixels::height);
        int width = median(pictures, Pixels::width);
        if (proportions.getMax() > ALIKE * proportions.getMin()) {
            height = width = median(pictures, picture -> Math.min(picture.height(), picture.width()));
        }
        int shorter = Math.max(divisor, Math.min(LARGEST, Math.min(height, width)) / divisor * divisor);
        double scale = (double) shorter / Math.min(height, width);
        int longer = (int) Math.round(Math.max(height, width) * scale / divisor) * divisor;
        int most = ImageSize.LARGEST / divisor * divisor;
        longer = Math.min(most, Math.max(shorter, longer));
        return Optional.of(new SizeChoice(
                height < width ? new ImageSize(shorter, longer) : new ImageSize(longer, shorter), reason));
    }

    private static int median(List<Pixels> pictures, ToIntFunction<Pixels> length) {
        return pictures.stream().mapToInt(length).sorted().toArray()[pictures.size() / 2];
    }

    private static Pixels bySize(List<Pixels> pictures, boolean smallest) {
        // Of pictures with as many pixels, the flat ones come first: portrait and landscape are not alike.
        Comparator<Pixels> order = Comparator.comparingLong(Pixels::count).thenComparingInt(Pixels::height);
        return (smallest ? pictures.stream().min(order) : pictures.stream().max(order)).orElseThrow();
    }
}
