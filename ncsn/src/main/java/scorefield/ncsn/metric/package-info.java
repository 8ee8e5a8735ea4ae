/** Whether samples are what they should be: tests of two samples against each other, distances between them, means with their errors. */
@NullMarked
package scorefield.ncsn.metric;

import org.jspecify.annotations.NullMarked;
