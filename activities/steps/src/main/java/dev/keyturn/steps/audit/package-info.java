/** Who did what when, in a file that only grows and whose every later change is found. It holds texts and never values. */
package dev.keyturn.steps.audit;
