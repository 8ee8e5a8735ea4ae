/** The list of families, and what passes ask them. */
@NullMarked
package scorefield.kernels.op;

import org.jspecify.annotations.NullMarked;
