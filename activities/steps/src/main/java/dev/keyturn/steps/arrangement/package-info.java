/** The arrangements that a secret goes through, by kind: the design's table of passes. Pure. */
package dev.keyturn.steps.arrangement;
