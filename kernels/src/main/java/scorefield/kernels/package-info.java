/** How a computation runs fast on OpenCL: from a graph of tensors to a short list of kernel launches. */
@NullMarked
package scorefield.kernels;

import org.jspecify.annotations.NullMarked;
