/** {@code schedule}: the noise levels that data ask for. */
@NullMarked
package scorefield.cli.schedule;

import org.jspecify.annotations.NullMarked;
