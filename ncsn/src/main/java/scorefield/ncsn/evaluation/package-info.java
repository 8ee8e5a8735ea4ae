/** The quality of samples: every metric that fits their kind, beside what real data would get in their place, and the likelihood of real data. */
@NullMarked
package scorefield.ncsn.evaluation;

import org.jspecify.annotations.NullMarked;
