/** What compilers for GPUs make of the kernels, where there is no GPU. */
@NullMarked
package scorefield.kernels.verify;

import org.jspecify.annotations.NullMarked;
