/** Backups that plain {@code gpg} and {@code tar} open on a machine without Keyturn. */
package dev.keyturn.steps.backup;
