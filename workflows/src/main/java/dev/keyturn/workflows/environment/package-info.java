/**
 * An environment as a command line or a program sees it. The starter compiles against these types alone and finds the
 * implementation at run time.
 */
package dev.keyturn.workflows.environment;
