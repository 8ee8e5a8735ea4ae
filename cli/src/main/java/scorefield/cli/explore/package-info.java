/** {@code scorefield explore}: a local web application that shows the argument, the machine, a model and all runs. */
@NullMarked
package scorefield.cli.explore;

import org.jspecify.annotations.NullMarked;
