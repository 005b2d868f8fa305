/** One class for each command; each turns what an environment says into an {@link dev.keyturn.starter.commands.Answer}. */
package dev.keyturn.starter.commands;
