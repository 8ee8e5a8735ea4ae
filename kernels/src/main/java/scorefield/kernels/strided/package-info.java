/** What moves numbers without changing them: views, slices, paddings, concatenations and transpositions. */
@NullMarked
package scorefield.kernels.strided;

import org.jspecify.annotations.NullMarked;
