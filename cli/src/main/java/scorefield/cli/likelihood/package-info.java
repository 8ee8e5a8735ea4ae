/** {@code likelihood}: how likely data are under a run's density. */
@NullMarked
package scorefield.cli.likelihood;

import org.jspecify.annotations.NullMarked;
