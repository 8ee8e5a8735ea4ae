/** The page <i>Runs</i>: the runs of a folder, live while they train. */
@NullMarked
package scorefield.cli.explore.runs;

import org.jspecify.annotations.NullMarked;
