/** What is measured, and against whom. */
@NullMarked
package scorefield.bench;

import org.jspecify.annotations.NullMarked;
