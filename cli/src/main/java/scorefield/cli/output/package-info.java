/** Output files of commands, in formats that other programs read. */
@NullMarked
package scorefield.cli.output;

import org.jspecify.annotations.NullMarked;
