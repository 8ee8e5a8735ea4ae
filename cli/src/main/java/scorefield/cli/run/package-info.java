/** A run: its folder, what has been written there, and samplers of its network. */
@NullMarked
package scorefield.cli.run;

import org.jspecify.annotations.NullMarked;
