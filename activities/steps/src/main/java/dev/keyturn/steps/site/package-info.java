/** One environment, opened: its manifest, store and places, and the adapters that reach them. */
package dev.keyturn.steps.site;
