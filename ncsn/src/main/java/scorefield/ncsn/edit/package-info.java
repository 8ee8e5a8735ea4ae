/** Images changed by a run's network: filled in, denoised, coloured; and what lies between two samples. */
@NullMarked
package scorefield.ncsn.edit;

import org.jspecify.annotations.NullMarked;
