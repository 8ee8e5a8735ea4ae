/** How likely samples are under a score: the density along the probability flow, the divergence that it needs, and bits per dimension. */
@NullMarked
package scorefield.ncsn.likelihood;

import org.jspecify.annotations.NullMarked;
