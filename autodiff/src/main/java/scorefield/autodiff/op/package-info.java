/** The ops: each is a record (or an enum constant) with the shape of its result, its meaning and its vector-Jacobian product. */
@NullMarked
package scorefield.autodiff.op;

import org.jspecify.annotations.NullMarked;
