/** Pointwise ops, conversions and broadcasts: what is computed on the fly by generated kernels. */
@NullMarked
package scorefield.kernels.pointwise;

import org.jspecify.annotations.NullMarked;
