/** The frame of the explorer: a web server for this machine alone, and what a page of it is. */
@NullMarked
package scorefield.cli.explore.server;

import org.jspecify.annotations.NullMarked;
