/** What happens, in which order. */
package dev.keyturn.workflows;
