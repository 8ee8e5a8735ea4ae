/** A run's page, {@code report.html}. */
@NullMarked
package scorefield.cli.report;

import org.jspecify.annotations.NullMarked;
