/** Metrics of sample quality: two-sample tests, distances between samples, and means with their standard errors. */
@NullMarked
package scorefield.ncsn.metric;

import org.jspecify.annotations.NullMarked;
