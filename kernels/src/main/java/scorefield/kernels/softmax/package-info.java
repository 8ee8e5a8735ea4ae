/** The softmax along the last axis, and its gradient. */
@NullMarked
package scorefield.kernels.softmax;

import org.jspecify.annotations.NullMarked;
