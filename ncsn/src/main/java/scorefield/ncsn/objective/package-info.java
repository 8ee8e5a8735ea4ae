/**
 * Objectives of score matching.
 *
 * <p>All have the sign and, before weighting, the scale of {@link scorefield.ncsn.objective.FisherDivergence}. In expectation they differ
 * from it by constants that do not depend on the network (the finite-difference form up to a bias of the order of its step squared). They
 * accept any {@link scorefield.ncsn.network.ScoreFunction} and are ordinary graphs; training an objective that contains the network's
 * Jacobian differentiates its graph once more.
 */
@NullMarked
package scorefield.ncsn.objective;

import org.jspecify.annotations.NullMarked;
