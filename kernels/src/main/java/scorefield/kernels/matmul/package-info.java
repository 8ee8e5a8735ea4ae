/** Matrix products. */
@NullMarked
package scorefield.kernels.matmul;

import org.jspecify.annotations.NullMarked;
