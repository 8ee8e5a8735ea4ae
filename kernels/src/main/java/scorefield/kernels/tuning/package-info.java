/** Which of several ways to compute an op is the fastest on a device, found by trying them. */
@NullMarked
package scorefield.kernels.tuning;

import org.jspecify.annotations.NullMarked;
