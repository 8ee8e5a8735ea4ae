/** {@code ladder}: kernels from the first one that anyone would write to the one in use. */
@NullMarked
package scorefield.cli.ladder;

import org.jspecify.annotations.NullMarked;
