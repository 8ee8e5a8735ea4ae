package scorefield.kernels.launch;

/**
 * One of several ways to compute a node; see {@link Emitter#oneOf}.
 *
 * @param name unique among the ways for one op and shape; results of tuning are kept under it
 * @param launches adds the launches
 */
public record Variant(String name, Runnable launches) {}
