/** The list of families, and what passes ask them. */
@NullMarked
package scorefield.kernels.families;

import org.jspecify.annotations.NullMarked;
