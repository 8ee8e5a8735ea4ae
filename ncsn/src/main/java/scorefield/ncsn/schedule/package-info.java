/** Which noise levels to train on and to sample through, and with which steps: NCSNv2's techniques. */
@NullMarked
package scorefield.ncsn.schedule;

import org.jspecify.annotations.NullMarked;
