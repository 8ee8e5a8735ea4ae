/** How good samples are: every metric that fits their kind, beside what real data in their place would get. */
@NullMarked
package scorefield.ncsn.evaluation;

import org.jspecify.annotations.NullMarked;
