/** Score networks s(x, σ): their graphs, and their parameters in one flat vector. */
@NullMarked
package scorefield.ncsn.network;

import org.jspecify.annotations.NullMarked;
