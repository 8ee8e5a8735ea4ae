/** {@code sample}, and the comparison of samplers. */
@NullMarked
package scorefield.cli.sample;

import org.jspecify.annotations.NullMarked;
