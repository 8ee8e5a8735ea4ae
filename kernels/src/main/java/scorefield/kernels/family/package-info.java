/** What a family of ops tells the rest: {@link scorefield.kernels.family.OpFamily}, and the words it is told in. */
@NullMarked
package scorefield.kernels.family;

import org.jspecify.annotations.NullMarked;
