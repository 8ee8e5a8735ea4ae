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

    private final NoiseLevels levels;
    private final int count;

    private NoiseBands(NoiseLevels levels) {
        this.levels = levels;
        this.count = Math.min(MOST, levels.count());
    }

    /** The bands of a noise schedule, with numbers of levels as equal as possible. */
    public static NoiseBands of(NoiseLevels levels) {
        return new NoiseBands(levels);
    }

    /** How many bands there are. */
    public int count() {
        return count;
    }

    /** The largest level of a band; band 0 has the largest levels. */
    public double largest(int band) {
        return levels.sigma(first(band));
    }

    /** The smallest level of a band. */
    public double smallest(int band) {
        return levels.sigma(first(band + 1) - 1);
    }

    /** The index of a band's first level. */
    private int first(int band) {
        return band * levels.count() / count;
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
