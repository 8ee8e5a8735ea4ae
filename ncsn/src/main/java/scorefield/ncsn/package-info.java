/** Score-based modelling with noise conditional score networks: data, networks, objectives, training and sampling. */
@NullMarked
package scorefield.ncsn;

import org.jspecify.annotations.NullMarked;
