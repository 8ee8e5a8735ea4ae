package scorefield.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import scorefield.kernels.OpenClDevice;

/** The modules, of which only this one sees all: modelling and kernels never see each other, and none sees the command line. */
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
                    "com.sun.jna..",
                    "com.drew..",
                    "org.apache.commons.compress..",
                    "com.google.protobuf..",
                    "onnx",
                    "tensorflow",
                    "ai.onnxruntime..",
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
    static final ArchRule ONE_PACKAGE_SEES_JNA = noClasses()
            .that()
            .resideOutsideOfPackage("scorefield.ncsn.collective")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("com.sun.jna..");

    @ArchTest
    static final ArchRule ONE_PACKAGE_SEES_ONNX = noClasses()
            .that()
            .resideOutsideOfPackages("scorefield.ncsn.onnx", "onnx")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("onnx");

    @ArchTest
    static final ArchRule ONE_PACKAGE_SEES_ONNX_RUNTIME = noClasses()
            .that()
            .resideOutsideOfPackage("scorefield.ncsn.extractor")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("ai.onnxruntime..");

    @ArchTest
    static final ArchRule NO_MODULE_SEES_THE_COMMAND_LINE = noClasses()
            .that()
            .resideOutsideOfPackage("scorefield.cli..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("scorefield.cli..");

    @ArchTest
    static final ArchRule PACKAGES_OF_THE_COMMAND_LINE_FORM_NO_CYCLE =
            slices().matching("scorefield.cli.(*)").should().beFreeOfCycles();

    /** What a device can do is in {@code Device}; what only OpenCL can do is asked of a device that was opened as one. */
    @ArchTest
    static final ArchRule ONLY_KERNELS_ASK_WHICH_DEVICE_IT_IS = classes()
            .that()
            .resideOutsideOfPackage("scorefield.kernels..")
            .should(new ArchCondition<>("not ask whether a device is an OpenClDevice") {
                @Override
                public void check(JavaClass asking, ConditionEvents events) {
                    asking.getInstanceofChecks().stream()
                            .filter(check -> check.getRawType().isEquivalentTo(OpenClDevice.class))
                            .forEach(check -> events.add(SimpleConditionEvent.violated(asking, check.toString())));
                }
            });
}
