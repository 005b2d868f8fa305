/** The activities: where the roles of the SPI and the steps of the workflow meet. */
package dev.keyturn.steps.run;
