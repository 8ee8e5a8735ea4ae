package scorefield.ncsn.training;

import scorefield.ncsn.schedule.NoiseLevels;

/**
 * Neighbouring noise levels taken together, at most {@value #MOST} bands from the largest levels to the smallest, so that a few numbers say
 * at which noise levels a network is good.
 *
 * <p>A band is an interval of σ, not a list of levels: between two bands the border is the geometric mean of the levels on both sides, and
 * the outermost bands have none on the other side. So a σ that rounding moved, or that was drawn between two levels, has its band too.
 */
public final class NoiseBands {

    /** Enough to see where the loss is large; few enough to be drawn in one plot. */
    public static final int MOST = 10;

    private final NoiseLevels ladder;
    private final int count;

    private NoiseBands(NoiseLevels ladder) {
        this.ladder = ladder;
        this.count = Math.min(MOST, ladder.count());
    }

    /** The bands of a noise schedule, with numbers of levels as equal as possible. */
    public static NoiseBands of(NoiseLevels ladder) {
        return new NoiseBands(ladder);
    }

    /** How many bands there are. */
    public int count() {
        return count;
    }

    /** The largest level of a band; band 0 has the largest levels. */
    public double largest(int band) {
        return ladder.sigma(first(band));
    }

    /** The smallest level of a band. */
    public double smallest(int band) {
        return ladder.sigma(first(band + 1) - 1);
    }

    /** The index of a band's first level. */
    private int first(int band) {
        return band * ladder.count() / count;
    }

    /** The border below a band: σ is in it where {@code above < σ ≤ upTo}. */
    double above(int band) {
        return band == count - 1 ? 0 : Math.sqrt(smallest(band) * largest(band + 1));
    }

    /** The border above a band. */
    double upTo(int band) {
        return band == 0 ? Float.MAX_VALUE : above(band - 1);
    }
}
