/** Payloads as they lie in Temporal's history: always encrypted, although they hold no values. */
package dev.keyturn.workflows.codec;
