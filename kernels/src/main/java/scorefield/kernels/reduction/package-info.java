/** Sums and maxima over axes. */
@NullMarked
package scorefield.kernels.reduction;

import org.jspecify.annotations.NullMarked;
