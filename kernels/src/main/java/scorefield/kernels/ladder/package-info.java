/** Ladders of kernels: the same op from the first kernel that anyone would write to the one in use, to be read and measured. */
@NullMarked
package scorefield.kernels.ladder;

import org.jspecify.annotations.NullMarked;
