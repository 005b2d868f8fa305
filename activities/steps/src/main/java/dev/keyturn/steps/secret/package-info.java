/** Values: how they are made, put together, and what they must keep to. */
package dev.keyturn.steps.secret;
