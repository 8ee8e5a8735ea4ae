/**
 * Distributions whose density, score and Jacobian trace are known in closed form: Gaussians
 * ({@link scorefield.ncsn.distribution.Gaussian}) and mixtures of them ({@link scorefield.ncsn.distribution.GaussianMixture}),
 * on the host in double precision and as a graph ({@link scorefield.ncsn.distribution.MixtureScore}).
 */
@NullMarked
package scorefield.ncsn.distribution;

import org.jspecify.annotations.NullMarked;
