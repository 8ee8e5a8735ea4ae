/**
 * The ways to match a score.
 *
 * <p>All have one sign and, before weighting, one scale: that of {@link scorefield.ncsn.objective.FisherDivergence}, from which they differ,
 * on average, by numbers that do not depend on the network (the finite-difference form up to a bias in the square of its step). They see any score as a {@link scorefield.ncsn.network.ScoreFunction} and are ordinary
 * graphs; training one in which the network's Jacobian appears differentiates that graph once more.
 */
@NullMarked
package scorefield.ncsn.objective;

import org.jspecify.annotations.NullMarked;
