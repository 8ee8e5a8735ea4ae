/** Plots as data: what is to be seen, not how it is drawn. */
@NullMarked
package scorefield.ncsn.figure;

import org.jspecify.annotations.NullMarked;
