package scorefield.kernels.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import scorefield.autodiff.Gradients;
import scorefield.autodiff.Program;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.kernels.launch.Launch;

/** Right kernels pass, and each kind of fault is found and named. */
class VerificationTest {

    private static Toolchain toolchain;

    @BeforeAll
    static void find() {
        toolchain = Toolchain.find()
                .orElseThrow(() -> new IllegalStateException("no Clang for GPUs: apt install clang-15 libclc-15"));
    }

    private static List<String> faults(Target target, String body, Launch... launches) {
        List<Launch> all = new ArrayList<>(List.of(launches));
        if (all.isEmpty()) {
            all.add(Launch.generated(body, "example").local(64));
        }
        return Verification.of(toolchain, Map.of(target, all)).failures();
    }

    @Test
    void aConvolutionWithItsGradientPassesWithEveryTile() {
        Tensor x = Tensor.input("x", Shape.of(4, 16, 16, 32));
        Tensor w = Tensor.variable("w", Shape.of(3, 3, 32, 48));
        Tensor gradient =
                Gradients.of(x.conv2d(w, 1, 1).square().sum(), List.of(w)).get(0);
        List<Program> program = List.of(Program.fetching(gradient));
        Map<Target, List<Launch>> launches = new EnumMap<>(Target.class);
        for (Target target : List.of(Target.SM_80, Target.GFX1100)) {
            launches.put(target, Verification.launches(target, program));
        }
        Verification verification = Verification.of(toolchain, launches);
        assertThat(verification.failures()).isEmpty();
        assertThat(verification.table())
                .contains("| conv2d_gpu | 128×64×16 | ")
                .contains("| conv2d_gpu | 32×32×16 | ")
                .contains("| conv2d_weight_gradient_gpu | 128×128×8 | ")
                .contains("(generated)");
        // The registers of AMD's GPUs are known, whatever is installed.
        assertThat(verification.table().lines().filter(line -> line.startsWith("| conv2d_gpu | 128×64×16 | ")))
                .singleElement()
                .asString()
                .containsPattern("\\| \\d+, \\d+ % \\|$");
    }

    @Test
    void anErrorIsRefusedWithWhatTheCompilerSaid() {
        for (Target target : List.of(Target.SM_80, Target.GFX90A)) {
            assertThat(faults(target, "kernel void example(global float *x) { x[0] = missing; }"))
                    .singleElement()
                    .asString()
                    .startsWith("example for " + target + ": does not compile: ")
                    .contains("use of undeclared identifier 'missing'");
        }
    }

    @Test
    void aSpillIsRefused() {
        String body = """
                kernel __attribute__((reqd_work_group_size(64, 1, 1))) __attribute__((amdgpu_num_vgpr(24)))
                void example(global float *x) {
                    float numbers[64];
                    #pragma unroll
                    for (int i = 0; i < 64; i++) {
                        numbers[i] = x[64 * i + get_global_id(0)];
                    }
                    barrier(CLK_GLOBAL_MEM_FENCE);
                    #pragma unroll
                    for (int i = 0; i < 64; i++) {
                        x[64 * get_global_id(0) + i] = numbers[i];
                    }
                }
                """;
        assertThat(faults(Target.GFX1100, body))
                .singleElement()
                .asString()
                .containsPattern("example for gfx1100: spills \\d+ registers");
    }

    @Test
    void anArrayInMemoryIsRefused() {
        String body = """
                kernel void example(global float *x, const int n) {
                    float numbers[40];
                    for (int i = 0; i < 40; i++) {
                        numbers[i] = x[i];
                    }
                    for (int i = 0; i < n; i++) {
                        numbers[(int)x[i] % 40] += x[i];
                    }
                    for (int i = 0; i < 40; i++) {
                        x[i] = numbers[i];
                    }
                }
                """;
        for (Target target : List.of(Target.SM_80, Target.GFX1100)) {
            assertThat(faults(target, body))
                    .singleElement()
                    .asString()
                    .containsPattern("example for " + target + ": keeps arrays of \\d+ bytes in memory");
        }
    }

    @Test
    void tooMuchLocalMemoryIsRefused() {
        String body = """
                kernel void example(global float *x) {
                    local float tile[%d];
                    tile[get_local_id(0)] = x[get_global_id(0)];
                    barrier(CLK_LOCAL_MEM_FENCE);
                    x[get_global_id(0)] = tile[63 - get_local_id(0)] + tile[(int)x[0]];
                }
                """;
        // NVIDIA's assembler refuses it itself.
        assertThat(faults(Target.SM_80, body.formatted(13_000)))
                .singleElement()
                .asString()
                .containsAnyOf("needs 52000 bytes of local memory, but a work-group has 49152", "shared data");
        assertThat(faults(Target.GFX90A, body.formatted(13_000))).isEmpty();
    }

    @Test
    void aWorkGroupThatIsTooLargeIsRefused() {
        Launch launch = Launch.generated("kernel void example(global float *x) { x[get_global_id(0)] = 1; }", "example")
                .global(1024)
                .local(512);
        assertThat(faults(Target.GFX90A, "", launch))
                .containsExactly("example for gfx90a: has work-groups of 512 work-items, but the device takes 256");
        assertThat(faults(Target.SM_80, "", launch)).isEmpty();
    }

    @Test
    void lessRoomThanIsStatedIsRefused() {
        String body = """
                kernel void example(global float *x) {
                    local float tile[8192];
                    tile[get_local_id(0)] = x[get_global_id(0)];
                    barrier(CLK_LOCAL_MEM_FENCE);
                    x[get_global_id(0)] = tile[63 - get_local_id(0)] + tile[(int)x[0] & 8191];
                }
                """;
        Launch launch = Launch.generated(body, "example").local(64);
        assertThat(faults(Target.GFX90A, "", launch.atOnce(2))).isEmpty();
        assertThat(faults(Target.GFX90A, "", launch.atOnce(3)))
                .singleElement()
                .asString()
                .contains("leaves room for 2 work-groups at once")
                .endsWith("but it states 3");
    }

    @Test
    void occupancyFollowsFromRegistersAndLocalMemory() {
        Launch launch = Launch.generated("", "example").local(256);
        // CUDA's occupancy calculator: 65536 registers, 64 warps, 164 KiB with 1 KiB for each work-group
        assertThat(Target.SM_80.groupsAtOnce(launch, 32, 0)).isEqualTo(8);
        assertThat(Target.SM_80.groupsAtOnce(launch, 128, 0)).isEqualTo(2);
        assertThat(Target.SM_80.groupsAtOnce(launch, 129, 0)).isEqualTo(1);
        assertThat(Target.SM_80.groupsAtOnce(launch, 32, 40 << 10)).isEqualTo(4);
        assertThat(Target.SM_90.groupsAtOnce(launch, 32, 40 << 10)).isEqualTo(5);
        assertThat(Target.SM_80.occupancy(launch, 2)).isEqualTo(0.25);
        // LLVM: 512 registers a lane in each of four SIMDs, waves of 64
        assertThat(Target.GFX90A.groupsAtOnce(launch, 256, 0)).isEqualTo(2);
        assertThat(Target.GFX90A.groupsAtOnce(launch, 264, 0)).isEqualTo(1);
        assertThat(Target.GFX90A.groupsAtOnce(launch, 32, 33 << 10)).isEqualTo(1);
    }

    @Test
    void whatPtxSays() {
        String ptx = """
                \t.shared .align 16 .b8 product.tiles_of_a[8448];
                \t.shared .align 16 .b8 product.tiles_of_b[4352];
                .visible .entry product(
                \t.param .u64 product_param_0
                )
                {
                \tret;
                }
                .visible .entry example(
                \t.param .u64 example_param_0
                )
                {
                \t.local .align 4 .b8 \t__local_depot1[16];
                \tret;
                }
                """;
        assertThat(Toolchain.ofPtx(ptx))
                .containsOnly(
                        Map.entry("product", new Resources(OptionalInt.empty(), 0, 0, 12_800)),
                        Map.entry("example", new Resources(OptionalInt.empty(), 0, 16, 0)));
    }

    @Test
    void whatNvidiasAssemblerSays() {
        String log = """
                ptxas info    : 0 bytes gmem
                ptxas info    : Compiling entry function 'conv2d_gpu' for 'sm_80'
                ptxas info    : Function properties for conv2d_gpu
                    16 bytes stack frame, 8 bytes spill stores, 12 bytes spill loads
                ptxas info    : Used 103 registers, used 1 barriers, 25600 bytes smem, 484 bytes cmem[0]
                ptxas info    : Compile time = 190.572 ms
                ptxas info    : Compiling entry function 'copy' for 'sm_80'
                ptxas info    : Function properties for copy
                    0 bytes stack frame, 0 bytes spill stores, 0 bytes spill loads
                ptxas info    : Used 10 registers, used 0 barriers, 372 bytes cmem[0]
                """;
        assertThat(Toolchain.ofAssembler(log))
                .containsOnly(
                        Map.entry("conv2d_gpu", new Resources(OptionalInt.of(103), 12, 16, 25_600)),
                        Map.entry("copy", new Resources(OptionalInt.of(10), 0, 0, 0)));
    }
}
