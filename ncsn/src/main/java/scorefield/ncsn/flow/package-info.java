/**
 * The probability flow: the ordinary differential equation that carries data to noise and back without any randomness, the ways to follow it,
 * and interpolation from one sample to another. Samplers and likelihoods that follow it have packages of their own.
 */
@NullMarked
package scorefield.ncsn.flow;

import org.jspecify.annotations.NullMarked;
