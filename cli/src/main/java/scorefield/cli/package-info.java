/** The command line: what a person types and sees. */
@NullMarked
package scorefield.cli;

import org.jspecify.annotations.NullMarked;
