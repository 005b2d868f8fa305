/** Keyturn as it is delivered. */
package dev.keyturn.dist;
