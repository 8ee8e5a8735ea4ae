/** {@code study}: experiments, and the page of them. */
@NullMarked
package scorefield.cli.study;

import org.jspecify.annotations.NullMarked;
