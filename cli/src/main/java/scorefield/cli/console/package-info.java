/** What a person sees while a command works, and how it ends: text, progress, failures, Ctrl-C. */
@NullMarked
package scorefield.cli.console;

import org.jspecify.annotations.NullMarked;
