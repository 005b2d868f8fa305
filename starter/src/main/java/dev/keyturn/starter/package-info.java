/**
 * The command line. It knows an environment only as {@code dev.keyturn.workflows.environment} describes it, and finds
 * the engine when a command needs one, so that help and usage errors start nothing.
 */
package dev.keyturn.starter;
