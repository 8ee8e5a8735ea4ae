package scorefield.kernels.ladder;

import java.util.List;

/** All ladders, one line each. */
public final class Ladders {

    /** In the order in which they are best read. */
    public static final List<Ladder> ALL =
            List.of(new Conv3x3Ladder(), new Conv1x1Ladder(), new MatMulLadder(), new GroupNormLadder());

    private Ladders() {}
}
