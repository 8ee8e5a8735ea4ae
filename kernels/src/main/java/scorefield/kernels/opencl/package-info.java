/**
 * A small, safe layer over OpenCL: devices, one scope that owns every native object, buffers, kernels and one in-order
 * queue.
 *
 * <p>This is the only package that imports {@code org.jocl}. Above it nobody sees a status code, a native handle or a
 * missing release: a status other than success becomes a {@link scorefield.kernels.opencl.ClException} with the status'
 * name, what was being done and what to do about it; every native object belongs to a {@link
 * scorefield.kernels.opencl.ClContext}, and using it after that was closed throws.
 */
@NullMarked
package scorefield.kernels.opencl;

import org.jspecify.annotations.NullMarked;
