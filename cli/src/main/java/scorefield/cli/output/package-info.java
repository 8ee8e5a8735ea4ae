/** Files that commands write, in formats that others read. */
@NullMarked
package scorefield.cli.output;

import org.jspecify.annotations.NullMarked;
