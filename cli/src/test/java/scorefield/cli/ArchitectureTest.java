package scorefield.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The rooms that only this module sees all of: modelling and kernels never see each other, and nobody sees the command line. */
@AnalyzeClasses(packages = "scorefield", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule MODELLING_KNOWS_ONLY_WHAT_A_COMPUTATION_MEANS = classes()
            .that()
            .resideInAPackage("scorefield.ncsn..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "java..",
                    "javax.imageio..",
                    "org.jspecify.annotations",
                    "com.google.gson..",
                    "org.snakeyaml.engine..",
                    "org.ejml..",
                    "scorefield.autodiff..",
                    "scorefield.ncsn..");

    @ArchTest
    static final ArchRule KERNELS_KNOW_NOTHING_OF_MODELS = noClasses()
            .that()
            .resideInAPackage("scorefield.kernels..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("scorefield.ncsn..");

    @ArchTest
    static final ArchRule ONE_PACKAGE_SEES_JOCL = noClasses()
            .that()
            .resideOutsideOfPackage("scorefield.kernels.opencl")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.jocl");

    @ArchTest
    static final ArchRule NOBODY_SEES_THE_COMMAND_LINE = noClasses()
            .that()
            .resideOutsideOfPackage("scorefield.cli..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("scorefield.cli..");

    @ArchTest
    static final ArchRule THE_COMMAND_LINES_ROOMS_FORM_NO_CYCLE =
            slices().matching("scorefield.cli.(*)").should().beFreeOfCycles();
}
