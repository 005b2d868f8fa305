/** Values: where the operator provides them, and what they must keep to. */
package dev.keyturn.steps.secret;
