/** What a computation means: tensors, ops, their gradients, and a plain-Java device that defines every op's result. */
@NullMarked
package scorefield.autodiff;

import org.jspecify.annotations.NullMarked;
