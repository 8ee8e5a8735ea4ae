/**
 * The argument that leads to noise conditional score networks, with one class for each step: each {@link scorefield.ncsn.study.Study} makes
 * a claim, measures, and reports whether it held.
 */
@NullMarked
package scorefield.ncsn.study;

import org.jspecify.annotations.NullMarked;
