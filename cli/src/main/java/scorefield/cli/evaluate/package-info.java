/** {@code evaluate}: how good samples are. */
@NullMarked
package scorefield.cli.evaluate;

import org.jspecify.annotations.NullMarked;
