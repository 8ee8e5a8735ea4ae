/**
 * Data sets. Images: what they are ({@link scorefield.ncsn.data.Images}), how files become one
 * ({@link scorefield.ncsn.data.Images#read}), and digits drawn from nothing ({@link scorefield.ncsn.data.Digits}). Points
 * ({@link scorefield.ncsn.data.Points}): two-dimensional sets ({@link scorefield.ncsn.data.PlanarSets}).
 */
@NullMarked
package scorefield.ncsn.data;

import org.jspecify.annotations.NullMarked;
