/** Samples from a score: Langevin dynamics at one noise level, and annealed through all of them. */
@NullMarked
package scorefield.ncsn.sampler;

import org.jspecify.annotations.NullMarked;
