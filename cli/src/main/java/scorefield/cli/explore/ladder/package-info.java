/** The page <i>The ladder</i>. */
@NullMarked
package scorefield.cli.explore.ladder;

import org.jspecify.annotations.NullMarked;
