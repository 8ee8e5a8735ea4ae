/**
 * Samples from a score: by Langevin dynamics, annealed through noise levels, by predictor and corrector, or along the probability flow;
 * {@link scorefield.ncsn.sampler.Sampler} is what all have in common.
 */
@NullMarked
package scorefield.ncsn.sampler;

import org.jspecify.annotations.NullMarked;
