package scorefield.ncsn.objective;

import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;

/**
 * The random directions v of sliced score matching, with E[vvᵀ] = I, so that E[vᵀAv] = tr A for any matrix A (Song et al. 2019, arXiv
 * 1905.07088, section 3; Hutchinson 1989).
 */
public enum Projection {
    /** Independent numbers from N(0, 1). */
    GAUSSIAN {
        @Override
        Tensor draw(Draws draws, Shape shape) {
            return draws.normal(shape);
        }
    },
    /** Each number is 1 or −1 with equal probability: this has the smallest variance of all distributions with independent numbers. */
    RADEMACHER {
        @Override
        Tensor draw(Draws draws, Shape shape) {
            // This uses a comparison, because sign(u − ½) would give 0 for a number of exactly ½.
            return draws.uniform(shape).lessThan(Tensor.scalar(0.5)).times(2).minus(1);
        }
    },
    /** Uniform on the sphere of radius √D. */
    SPHERE {
        @Override
        Tensor draw(Draws draws, Shape shape) {
            Tensor normal = draws.normal(shape);
            int dimension = shape.range(1, shape.rank());
            Tensor radius = Samples.sum(normal.square()).sqrt();
            return normal.times(Samples.spread(radius.pow(-1).times(Math.sqrt(dimension)), normal));
        }
    };

    /**
     * One direction for each sample.
     *
     * @param shape N×…
     */
    abstract Tensor draw(Draws draws, Shape shape);
}
