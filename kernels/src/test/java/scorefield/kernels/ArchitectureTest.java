package scorefield.kernels;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import scorefield.autodiff.op.Constant;
import scorefield.autodiff.op.Input;
import scorefield.autodiff.op.Leaf;
import scorefield.autodiff.op.Variable;

/** How a computation runs fast: on what it means, and on OpenCL by way of one package. */
@AnalyzeClasses(packages = "scorefield.kernels", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule DEPENDS_ON_AUTODIFF_AND_JOCL = classes()
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "java..",
                    "com.sun.management", // of the JDK: how much memory the machine has
                    "org.jspecify.annotations",
                    "org.jocl",
                    "scorefield.autodiff..",
                    "scorefield.kernels..");

    @ArchTest
    static final ArchRule ONE_PACKAGE_SEES_JOCL = noClasses()
            .that()
            .resideOutsideOfPackage("scorefield.kernels.opencl")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.jocl");

    @ArchTest
    static final ArchRule THE_WRAPPER_KNOWS_NOTHING_OF_TENSORS = classes()
            .that()
            .resideInAPackage("scorefield.kernels.opencl")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("java..", "org.jspecify.annotations", "org.jocl", "scorefield.kernels.opencl");

    @ArchTest
    static final ArchRule PACKAGES_HAVE_NO_CYCLES =
            slices().matching("scorefield.(**)").should().beFreeOfCycles();

    /** What OpenCL knows of an op lies in its family. All others know leaves alone, and pass them through. */
    @ArchTest
    static final ArchRule ONLY_FAMILIES_KNOW_OPS = noClasses()
            .that()
            .resideOutsideOfPackages(
                    "scorefield.kernels.pointwise",
                    "scorefield.kernels.reduction",
                    "scorefield.kernels.strided",
                    "scorefield.kernels.convolution",
                    "scorefield.kernels.matmul",
                    "scorefield.kernels.groupnorm",
                    "scorefield.kernels.softmax",
                    "scorefield.kernels.resample",
                    "scorefield.kernels.gather",
                    "scorefield.kernels.random")
            .should()
            .dependOnClassesThat(resideInAPackage("scorefield.autodiff.op..")
                    .and(not(belongToAnyOf(Leaf.class, Input.class, Variable.class, Constant.class))));

    /** In the order in which they run. */
    private static final List<String> PASSES =
            List.of("Lower", "Simplify", "Epilogues", "Fusion", "Residence", "Scheduler", "Selection", "MemoryPlanner");

    @ArchTest
    static void passesUseEarlierOnesOnly(JavaClasses classes) {
        for (int i = 0; i < PASSES.size(); i++) {
            String pass = "scorefield.kernels.pass." + PASSES.get(i);
            assertThat(classes.contain(pass)).as(pass).isTrue();
            for (String later : PASSES.subList(i + 1, PASSES.size())) {
                noClasses()
                        .that()
                        .haveFullyQualifiedName(pass)
                        .should()
                        .dependOnClassesThat()
                        .haveFullyQualifiedName("scorefield.kernels.pass." + later)
                        .check(classes);
            }
        }
    }
}
