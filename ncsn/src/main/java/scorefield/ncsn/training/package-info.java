/** Training a score network: the step on the device, what the host draws for it, and the checkpoint it can go on from. */
@NullMarked
package scorefield.ncsn.training;

import org.jspecify.annotations.NullMarked;
