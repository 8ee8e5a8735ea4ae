package scorefield.ncsn.sampler;

import scorefield.autodiff.Tensor;

/**
 * A linear part of every sample that is known: P·x = P·y for an orthogonal projection P and what is known, y.
 *
 * <p>{@link KnownPixels} (inpainting) and {@link KnownLuminance} (colouring) are such parts. Noise N(0, σ²I) is of the same kind in every
 * orthonormal basis, so in one whose first axes span P's image the known coordinates and the others perturb independently of each other;
 * that is why a projection may be treated as a mask is (Song et al. 2021, arXiv 2011.13456, appendix I.4).
 *
 * <p>At noise level σ the chains' known part is replaced with y + σz before every step, as in Song &amp; Ermon 2019 (arXiv 1907.05600,
 * algorithm 2), but with a new z each time, so that a chain follows the score's mean over z rather than one z's accident. What is not in P's
 * image goes on from where it is, and sees the known part through the score only.
 *
 * <p>As σ falls, the distribution that the rest settles to at each level tends to the conditional one; what a chain ends with is off by as much
 * as it lags behind the levels. A condition needs more steps than a sample without one (docs/theory.md, section 11, has
 * the numbers).
 */
public interface KnownPart {

    /** Nothing is known: samples as they come. */
    KnownPart NOTHING = (x, noise) -> x;

    /**
     * The chains with their known part as it is, plus noise: x − P·x + P·(y + noise).
     *
     * @param x N×…, the chains
     * @param noise of x's shape, or a scalar
     * @return of x's shape
     */
    Tensor imposed(Tensor x, Tensor noise);
}
