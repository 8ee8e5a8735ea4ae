/** Convolutions and their gradients. */
@NullMarked
package scorefield.kernels.convolution;

import org.jspecify.annotations.NullMarked;
