/** The explorer's page <i>The machine</i>: one training step from formula to hardware. */
@NullMarked
package scorefield.cli.explore.machine;

import org.jspecify.annotations.NullMarked;
