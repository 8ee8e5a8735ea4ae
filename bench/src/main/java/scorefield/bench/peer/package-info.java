/** Who is measured: each peer does the same work on the same numbers, in a JVM of its own. */
@NullMarked
package scorefield.bench.peer;

import org.jspecify.annotations.NullMarked;
