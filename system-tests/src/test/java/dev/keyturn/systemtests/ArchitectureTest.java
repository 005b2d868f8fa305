package dev.keyturn.systemtests;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import dev.keyturn.spi.AdapterException;
import dev.keyturn.spi.SecretValue;
import io.temporal.workflow.Workflow;

/** What the modules do not hold by themselves. */
@AnalyzeClasses(packages = "dev.keyturn", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String[] ADAPTERS = {
        "dev.keyturn.postgres..",
        "dev.keyturn.redis..",
        "dev.keyturn.files..",
        "dev.keyturn.command..",
        "dev.keyturn.http.."
    };

    /** The code that is replayed: the workflow and what it keeps, not the codec, which runs beside it. */
    private static final String WORKFLOW = "dev.keyturn.workflows";

    private static final DescribedPredicate<JavaClass> WORKFLOW_CODE =
            resideInAnyPackage(WORKFLOW, WORKFLOW + ".contract").as("workflow code");

    @ArchTest
    static final ArchRule WORKFLOW_CODE_ASKS_NO_CLOCK = noClasses()
            .that(WORKFLOW_CODE)
            .should()
            .callMethodWhere(target(nameMatching("now|currentTimeMillis|nanoTime|systemUTC|instant"))
                    .and(not(target(owner(assignableTo(Workflow.class))))))
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(java.time.Clock.class)
            .because(
                    "a replay comes hours later and must decide the same; time comes from the steps, or from the history");

    @ArchTest
    static final ArchRule WORKFLOW_CODE_ROLLS_NO_DICE = noClasses()
            .that(WORKFLOW_CODE)
            .should()
            .dependOnClassesThat()
            .areAssignableTo(java.util.Random.class)
            .orShould()
            .callMethod(java.util.UUID.class, "randomUUID")
            .orShould()
            .callMethod(Math.class, "random")
            .because("a replay must come to the same identities; what is random is made in a step");

    @ArchTest
    static final ArchRule WORKFLOW_CODE_DOES_NO_INPUT_OR_OUTPUT = noClasses()
            .that(WORKFLOW_CODE)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.nio..", "java.net..", "java.sql..", "java.util.logging..", "org.slf4j..")
            .orShould()
            .dependOnClassesThat(resideInAnyPackage("java.io")
                    .and(not(assignableTo(java.io.Serializable.class)))
                    .and(not(assignableTo(java.io.Closeable.class)))
                    .as("streams and files"))
            .orShould()
            .accessClassesThat(assignableTo(java.io.Closeable.class).as("streams"))
            .orShould()
            .callMethod(System.class, "getenv", String.class)
            .orShould()
            .callMethod(System.class, "getProperty", String.class)
            .because("a replay does it again, on another machine; logs would be written twice: progress is a query");

    @ArchTest
    static final ArchRule WORKFLOW_CODE_STARTS_NO_THREADS_AND_TAKES_NO_LOCKS = noClasses()
            .that(WORKFLOW_CODE)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.util.concurrent..")
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(Thread.class)
            .because(
                    "Temporal runs workflow threads one at a time in an order that a replay repeats; others it cannot");

    @ArchTest
    static final ArchRule WORKFLOW_CODE_GOES_OVER_NOTHING_UNORDERED = noClasses()
            .that(WORKFLOW_CODE)
            .should()
            .callConstructorWhere(target(owner(DescribedPredicate.describe(
                    "unordered",
                    owner -> owner.isEquivalentTo(java.util.HashMap.class)
                            || owner.isEquivalentTo(java.util.HashSet.class)
                            || owner.isEquivalentTo(java.util.IdentityHashMap.class)))))
            .orShould()
            .callMethodWhere(target(nameMatching("of|copyOf|ofEntries|entry"))
                    .and(target(owner(DescribedPredicate.describe(
                            "Map or Set",
                            owner -> owner.isEquivalentTo(java.util.Map.class)
                                    || owner.isEquivalentTo(java.util.Set.class))))))
            .orShould()
            .callMethodWhere(target(nameMatching("toSet|toMap|groupingBy|toUnmodifiableSet|toUnmodifiableMap"))
                    .and(target(owner(nameMatching("java.util.stream.Collectors")))))
            .because("their order differs from process to process, and so would the steps of a replay");

    @ArchTest
    static final ArchRule CONTRACTS_KNOW_NO_ROLE_AND_NO_VALUE = noClasses()
            .that()
            .resideInAPackage("dev.keyturn.workflows..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.keyturn.spi..", "dev.keyturn.steps..")
            .because(
                    "whatever stands in a contract lies in Temporal's history for weeks: no type that can hold a value");

    @ArchTest
    static final ArchRule CONTRACTS_ARE_RECORDS_AND_ENUMS = classes()
            .that()
            .resideInAPackage("dev.keyturn.workflows.contract")
            .and()
            .doNotHaveSimpleName("package-info")
            .should()
            .beRecords()
            .orShould()
            .beEnums()
            .because("a payload is data, whole when it is made, and the same to every reader");

    @ArchTest
    static final ArchRule ONLY_STEPS_AND_WORKER_KNOW_TEMPORAL = noClasses()
            .that()
            .resideInAPackage("dev.keyturn..")
            .and()
            .resideOutsideOfPackages("dev.keyturn.workflows..", "dev.keyturn.steps.run..", "dev.keyturn.worker..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.temporal..")
            .because("the activities are the one place where the roles of the SPI and Temporal meet");

    @ArchTest
    static final ArchRule THE_SPI_KNOWS_THE_JDK_ONLY = classes()
            .that()
            .resideInAPackage("dev.keyturn.spi..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("dev.keyturn.spi..", "java..")
            .because("an adapter written elsewhere must inherit no library of ours");

    @ArchTest
    static final ArchRule ADAPTERS_KNOW_THE_SPI_AND_NOTHING_ELSE_OF_KEYTURN = noClasses()
            .that()
            .resideInAnyPackage(ADAPTERS)
            .should()
            .dependOnClassesThat(resideInAnyPackage("dev.keyturn..")
                    .and(not(resideInAnyPackage(ADAPTERS)))
                    .and(not(resideInAnyPackage("dev.keyturn.spi..")))
                    .as("another part of Keyturn"))
            .because(
                    "a technology is learnt once: ignorant of the order of steps, it can be tested and replaced alone");

    @ArchTest
    static final ArchRule ADAPTERS_DO_NOT_KNOW_ONE_ANOTHER = slices().matching(
                    "dev.keyturn.(postgres|redis|files|command|http)..")
            .should()
            .notDependOnEachOther()
            .because("one adapter is installed without the others");

    @ArchTest
    static final ArchRule NOBODY_NAMES_AN_ADAPTER = noClasses()
            .that()
            .resideInAnyPackage("dev.keyturn.steps..", "dev.keyturn.worker..", "dev.keyturn.workflows..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(ADAPTERS)
            .because("adapters are found by ServiceLoader; a new one needs no change elsewhere");

    @ArchTest
    static final ArchRule ADAPTERS_THROW_THE_SPIS_EXCEPTION_ONLY = noClasses()
            .that()
            .resideInAnyPackage(ADAPTERS)
            .should()
            .callConstructorWhere(target(owner(assignableTo(RuntimeException.class)
                    .and(not(assignableTo(AdapterException.class)))
                    .and(not(assignableTo(IllegalArgumentException.class)))
                    .and(not(assignableTo(IllegalStateException.class)))
                    .and(not(resideInAnyPackage(ADAPTERS)))
                    .as("a runtime exception of somebody else's"))))
            .because("only its text is made to be printed, and only its reason decides what happens next;"
                    + " a mistake in the program is an IllegalArgument- or IllegalStateException");

    @ArchTest
    static final ArchRule AN_ADAPTERS_EXCEPTION_HAS_NO_CAUSE = noClasses()
            .should()
            .callMethodWhere(target(nameMatching("initCause|addSuppressed"))
                    .and(target(owner(assignableTo(AdapterException.class)))))
            .because("a driver's exception may quote a value and would be printed with its stack");

    @ArchTest
    static final ArchRule THE_COMMAND_LINE_COMPILES_AGAINST_WORKFLOWS_ONLY = noClasses()
            .that()
            .resideInAPackage("dev.keyturn.starter..")
            .should()
            .dependOnClassesThat(resideInAnyPackage("dev.keyturn..")
                    .and(not(resideInAnyPackage("dev.keyturn.starter..", "dev.keyturn.workflows..")))
                    .as("the engine"))
            .because("it finds the engine at run time, so that it starts fast and can talk to one elsewhere");

    @ArchTest
    static final ArchRule THE_PACKAGES_OF_STEPS_ARE_FREE_OF_CYCLES = slices().matching("dev.keyturn.steps.(*)..")
            .should()
            .beFreeOfCycles()
            .because("what is pure stays so only if it does not reach what is not, by whatever way round");

    @ArchTest
    static final ArchRule PLANS_ARE_MADE_WITHOUT_TOUCHING_ANYTHING = noClasses()
            .that()
            .resideInAnyPackage("dev.keyturn.steps.plan..", "dev.keyturn.steps.arrangement..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.nio..", "java.net..", "java.io..", "io.temporal..", "dev.keyturn.spi..")
            .because("the planner is pure: the same manifest and store give the same plan");

    /** Where a value becomes text. A new place is to be thought about, and then named here. */
    @ArchTest
    static final ArchRule VALUES_ARE_REVEALED_IN_NAMED_PLACES_ONLY = noClasses()
            .that()
            .resideOutsideOfPackages("dev.keyturn.testkit..", "dev.keyturn.sandbox..", "dev.keyturn.demo..")
            .and()
            .doNotHaveFullyQualifiedName("dev.keyturn.spi.SecretValue")
            .and()
            .haveNameNotMatching("dev\\.keyturn\\.spi\\.Scrubber.*")
            // Sent to the server, or made into a verifier.
            .and()
            .haveNameNotMatching("dev\\.keyturn\\.postgres\\.(Scram|Connector)")
            .and()
            .haveNameNotMatching("dev\\.keyturn\\.redis\\.(Transition|AclUser|Session)")
            // Written where consumers read.
            .and()
            .haveNameNotMatching("dev\\.keyturn\\.files\\.(KeyDirectory|EnvFile)")
            // Put together, checked, made durable, backed up.
            .and()
            .haveNameNotMatching("dev\\.keyturn\\.steps\\.(manifest\\.Template|secret\\.PolicyCheck|run\\.KnownValues)")
            .and()
            .haveNameNotMatching("dev\\.keyturn\\.steps\\.store\\.(FileStore|StateJson)")
            .and()
            .haveNameNotMatching("dev\\.keyturn\\.steps\\.backup\\.Layout")
            .should()
            .callMethodWhere(revealing())
            .because("each place where a value becomes text is a place from which it can leak");

    private static DescribedPredicate<JavaCall<?>> revealing() {
        return DescribedPredicate.describe(
                "reveal a value",
                call -> call.getTargetOwner().isEquivalentTo(SecretValue.class)
                        && call.getName().startsWith("reveal"));
    }
}
