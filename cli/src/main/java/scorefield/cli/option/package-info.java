/** Options that several commands share. */
@NullMarked
package scorefield.cli.option;

import org.jspecify.annotations.NullMarked;
