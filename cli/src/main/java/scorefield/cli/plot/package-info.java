/** Draws figures. All plots use this package, so that they have the same style. */
@NullMarked
package scorefield.cli.plot;

import org.jspecify.annotations.NullMarked;
