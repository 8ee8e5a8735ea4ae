package scorefield.kernels.launch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What people see of a kernel source after its constants were filled in. */
class SpecialisedSourceTest {

    @Test
    void namesOfOptionsBecomeTheirValues() {
        assertThat(SpecialisedSource.of("x[TILE * i + TILES]; // TILE numbers", "-cl-std=CL1.2 -DTILE=8 -DN=3"))
                .isEqualTo("x[8 * i + TILES]; // TILE numbers\n");
    }

    @Test
    void onlyTheLinesThatAreCompiledAreLeft() {
        String source = """
                #ifdef SILU
                silu
                #if WIDTH == 1
                one
                #else
                more
                #endif
                #else
                plain
                #endif
                """;
        assertThat(SpecialisedSource.of(source, "-DSILU=1 -DWIDTH=4")).isEqualTo("silu\nmore\n");
        assertThat(SpecialisedSource.of(source, "-DSILU -DWIDTH=1")).isEqualTo("silu\none\n");
        assertThat(SpecialisedSource.of(source, "-DWIDTH=1")).isEqualTo("plain\n");
    }

    @Test
    void whatTheSourceDefinesItselfCounts() {
        String source = """
                #ifdef BUILTINS
                #define STORE(v) builtin(v)
                #endif
                #if STREAM && defined(STORE)
                past the caches
                #endif
                """;
        assertThat(SpecialisedSource.of(source, "-DSTREAM=1 -DBUILTINS"))
                .isEqualTo("#define STORE(v) builtin(v)\npast the caches\n");
        assertThat(SpecialisedSource.of(source, "-DSTREAM=1")).isEmpty();
        assertThat(SpecialisedSource.of(source, "-DSTREAM=0 -DBUILTINS")).isEqualTo("#define STORE(v) builtin(v)\n");
    }

    @Test
    void aConditionThatTheOptionsDoNotDecideStays() {
        String source = "#if __OPENCL_VERSION__ > 120\nnew\n#else\nold\n#endif\n";
        assertThat(SpecialisedSource.of(source, "-DN=1")).isEqualTo(source);
    }

    @Test
    void aCommentSaysWhichFileFollows() {
        assertThat(SpecialisedSource.of(KernelSource.text("launch/including.cl"), ""))
                .startsWith("// ---- launch/including.cl\n")
                .contains("\n// ---- launch/included.cl\n")
                .doesNotContain("#line");
    }
}
