/** Random numbers on the host; they are the same on every Java version. */
@NullMarked
package scorefield.ncsn.random;

import org.jspecify.annotations.NullMarked;
