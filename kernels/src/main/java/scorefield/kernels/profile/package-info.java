/** Where the time of a program goes, and what a device can do at most. */
@NullMarked
package scorefield.kernels.profile;

import org.jspecify.annotations.NullMarked;
