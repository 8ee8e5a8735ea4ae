/** Plots as data: what they show, not how they are drawn. */
@NullMarked
package scorefield.ncsn.figure;

import org.jspecify.annotations.NullMarked;
