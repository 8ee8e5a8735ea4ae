/** The page <i>The argument</i>: the theory with its experiments. */
@NullMarked
package scorefield.cli.explore.argument;

import org.jspecify.annotations.NullMarked;
