/**
 * The quality of samples: every metric that fits their kind, beside what real data would get in their place; the comparison of samplers; the
 * likelihood of real data; and, before training, the noise schedule that a data set asks for.
 */
@NullMarked
package scorefield.ncsn.evaluation;

import org.jspecify.annotations.NullMarked;
