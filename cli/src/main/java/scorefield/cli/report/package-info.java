/** The page of a run, {@code report.html}. */
@NullMarked
package scorefield.cli.report;

import org.jspecify.annotations.NullMarked;
