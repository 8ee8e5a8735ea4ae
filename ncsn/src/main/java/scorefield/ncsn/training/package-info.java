/** Training a score network: the data and the settings, the step on the device, what the host draws for it, and the checkpoint. */
@NullMarked
package scorefield.ncsn.training;

import org.jspecify.annotations.NullMarked;
