package scorefield.kernels;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

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
}
