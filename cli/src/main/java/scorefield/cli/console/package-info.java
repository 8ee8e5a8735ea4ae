/** What a command shows while it works, and how it ends: progress, failures, Ctrl-C. */
@NullMarked
package scorefield.cli.console;

import org.jspecify.annotations.NullMarked;
