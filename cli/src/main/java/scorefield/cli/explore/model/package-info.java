/** The explorer's page <i>The model</i>: what a run's network does. */
@NullMarked
package scorefield.cli.explore.model;

import org.jspecify.annotations.NullMarked;
