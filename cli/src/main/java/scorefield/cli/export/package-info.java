/** {@code scorefield export}: a run's network for other programs. */
@NullMarked
package scorefield.cli.export;

import org.jspecify.annotations.NullMarked;
