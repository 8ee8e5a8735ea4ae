/** The passes from a program to a plan, in the order in which they run. */
@NullMarked
package scorefield.kernels.pass;

import org.jspecify.annotations.NullMarked;
