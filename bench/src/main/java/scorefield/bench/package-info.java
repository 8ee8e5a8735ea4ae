/** Benchmarks, and the document of their results. */
@NullMarked
package scorefield.bench;

import org.jspecify.annotations.NullMarked;
