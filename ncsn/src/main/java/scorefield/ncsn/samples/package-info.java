/** Samples as files: any number of them, in the formats that other programs read. */
@NullMarked
package scorefield.ncsn.samples;

import org.jspecify.annotations.NullMarked;
