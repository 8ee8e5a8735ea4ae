/**
 * The argument that leads to noise conditional score networks, one step a class: each {@link scorefield.ncsn.study.Study} makes a claim,
 * measures, and says whether it held.
 */
@NullMarked
package scorefield.ncsn.study;

import org.jspecify.annotations.NullMarked;
