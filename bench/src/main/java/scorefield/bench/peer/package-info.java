/** The libraries that are compared: each peer does the same work on the same numbers, in its own JVM. */
@NullMarked
package scorefield.bench.peer;

import org.jspecify.annotations.NullMarked;
