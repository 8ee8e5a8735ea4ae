/**
 * The probability flow: the ordinary differential equation that carries data to noise and back without any randomness, solvers for it, and
 * what it is good for: samples, likelihoods, ways from one image to another.
 */
@NullMarked
package scorefield.ncsn.flow;

import org.jspecify.annotations.NullMarked;
