/** What is found: every account probed, every copy compared, nothing changed. */
package dev.keyturn.steps.look;
