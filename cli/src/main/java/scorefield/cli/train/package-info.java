/** {@code train}. */
@NullMarked
package scorefield.cli.train;

import org.jspecify.annotations.NullMarked;
