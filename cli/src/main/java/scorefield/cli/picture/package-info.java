/** Samples as pictures: grids of images, points in the plane, animations. */
@NullMarked
package scorefield.cli.picture;

import org.jspecify.annotations.NullMarked;
