/** The command line: what a person types and sees. Each package below is a command or what several of them need. */
@NullMarked
package scorefield.cli;

import org.jspecify.annotations.NullMarked;
