/** Event files, which TensorBoard reads. */
@NullMarked
package scorefield.ncsn.tensorboard;

import org.jspecify.annotations.NullMarked;
