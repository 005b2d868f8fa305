/** What Keyturn knows: values and their versions, runs, before-images, publications. The only place where values rest. */
package dev.keyturn.steps.store;
