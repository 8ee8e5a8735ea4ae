/** Random numbers. */
@NullMarked
package scorefield.kernels.random;

import org.jspecify.annotations.NullMarked;
