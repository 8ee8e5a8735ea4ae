/** The launchers of hand-written kernels, one for each op that the planner does not fuse away; their OpenCL C lies beside them. */
@NullMarked
package scorefield.kernels.op;

import org.jspecify.annotations.NullMarked;
