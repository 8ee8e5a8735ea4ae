/** {@code study}: runs experiments, and writes their results and a page of them. */
@NullMarked
package scorefield.cli.study;

import org.jspecify.annotations.NullMarked;
