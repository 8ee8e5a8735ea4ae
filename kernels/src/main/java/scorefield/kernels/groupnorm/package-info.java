/** Group norm and its gradients. */
@NullMarked
package scorefield.kernels.groupnorm;

import org.jspecify.annotations.NullMarked;
