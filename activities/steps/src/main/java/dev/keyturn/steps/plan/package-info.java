/** From a manifest and what is to change, the passes and their steps. Pure: no clock, no I/O, the same answer for the same input. */
package dev.keyturn.steps.plan;
