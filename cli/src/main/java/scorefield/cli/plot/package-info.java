/** Figures as pictures: everything that is plotted is drawn here, so that all of it looks alike. */
@NullMarked
package scorefield.cli.plot;

import org.jspecify.annotations.NullMarked;
