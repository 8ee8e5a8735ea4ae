/** Rows of a table by their indices, and the adjoint. */
@NullMarked
package scorefield.kernels.gather;

import org.jspecify.annotations.NullMarked;
