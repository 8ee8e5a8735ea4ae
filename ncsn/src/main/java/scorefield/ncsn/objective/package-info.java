/** What a score network is trained to minimise. */
@NullMarked
package scorefield.ncsn.objective;

import org.jspecify.annotations.NullMarked;
