/** The same benchmarks under JMH, for its statistics and its profilers: {@code bin/bench jmh}. */
@NullMarked
package scorefield.bench.jmh;

import org.jspecify.annotations.NullMarked;
