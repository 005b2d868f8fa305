package dev.keyturn.steps.run;

import dev.keyturn.steps.store.Run;
import dev.keyturn.workflows.contract.Plan;

/** A plan, and the run that would carry it out. */
record Prepared(Plan plan, Run run) {}
