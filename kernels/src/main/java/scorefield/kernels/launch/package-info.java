/** What a launch is: one kernel call with its specialisation, arguments and range; and where numbers lie. */
@NullMarked
package scorefield.kernels.launch;

import org.jspecify.annotations.NullMarked;
