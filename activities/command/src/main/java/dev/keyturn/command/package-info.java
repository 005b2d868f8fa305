/**
 * Services that a command of the operator's redeploys: {@code systemctl restart app}, a script. The command is a list of
 * arguments and sees no shell.
 *
 * <p>What the command prints may reach a message when it fails. It is cut and scrubbed by {@link dev.keyturn.spi.Scrubber},
 * which guesses: the safest command is a quiet one.
 */
package dev.keyturn.command;
