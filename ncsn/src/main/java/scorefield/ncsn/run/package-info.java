/**
 * Runs, from the first step to the last sample: {@link scorefield.ncsn.run.Training} trains one and keeps its folder,
 * {@link scorefield.ncsn.run.Run} opens it again, and {@link scorefield.ncsn.run.ScoreModel} is its network on a device.
 */
@NullMarked
package scorefield.ncsn.run;

import org.jspecify.annotations.NullMarked;
