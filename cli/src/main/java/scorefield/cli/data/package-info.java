/** The data that a command needs: a run's, those held out, and real ones to compare samples with. */
@NullMarked
package scorefield.cli.data;

import org.jspecify.annotations.NullMarked;
