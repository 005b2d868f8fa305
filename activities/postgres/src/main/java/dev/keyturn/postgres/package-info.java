/**
 * PostgreSQL as an account server. A role has one password, so a change is made in place; all roles of a server change in one
 * transaction. The server is sent verifiers and never a password, and what it holds is found out by logging in.
 */
package dev.keyturn.postgres;
