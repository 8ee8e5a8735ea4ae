/** What changes the size of images. */
@NullMarked
package scorefield.kernels.resample;

import org.jspecify.annotations.NullMarked;
