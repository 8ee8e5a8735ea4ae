/** OpenCL C that is generated for a program: fused chains of pointwise ops, and reductions. */
@NullMarked
package scorefield.kernels.codegen;

import org.jspecify.annotations.NullMarked;
