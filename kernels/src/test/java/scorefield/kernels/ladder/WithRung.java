package scorefield.kernels.ladder;

import java.util.ArrayList;
import java.util.List;
import scorefield.autodiff.Tensor;

/** A ladder with another rung at its top. */
record WithRung(Ladder ladder, Rung rung) implements Ladder {

    @Override
    public String name() {
        return ladder.name();
    }

    @Override
    public String formula() {
        return ladder.formula();
    }

    @Override
    public Extents extents() {
        return ladder.extents();
    }

    @Override
    public List<Extents> awkward() {
        return ladder.awkward();
    }

    @Override
    public Tensor node(Extents extents) {
        return ladder.node(extents);
    }

    @Override
    public double flops(Extents extents) {
        return ladder.flops(extents);
    }

    @Override
    public double bytes(Extents extents) {
        return ladder.bytes(extents);
    }

    @Override
    public List<Rung> rungs(Extents extents) {
        List<Rung> rungs = new ArrayList<>(ladder.rungs(extents));
        rungs.add(rung);
        return rungs;
    }

    @Override
    public String inUse() {
        return ladder.inUse();
    }
}
