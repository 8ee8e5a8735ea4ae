package scorefield.bench.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import scorefield.autodiff.Shape;

class WorkloadTest {

    @Test
    void aWorkloadIsFoundByItsName() {
        assertThat(Workload.named("grey28")).isSameAs(Workload.GREY28);
        Workload grey = Workload.grey(48, 16, 5);
        assertThat(Workload.named(grey.toString())).isEqualTo(grey);
        assertThat(grey.batch()).isEqualTo(Shape.of(5, 16, 16, 1));
        assertThat(grey.settings().channels()).isEqualTo(48);
        assertThatThrownBy(() -> Workload.named("grey"))
                .hasMessageContaining("there are small, grey28, colour32, and grey-cCHANNELS-sSIZE-nIMAGES");
    }
}
