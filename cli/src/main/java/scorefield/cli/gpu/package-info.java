/** The commands that prove kernels for GPUs: without a GPU, and on the first one that they meet. */
@NullMarked
package scorefield.cli.gpu;

import org.jspecify.annotations.NullMarked;
