/**
 * Redis 6 or later as an account server: its ACL users, each of which may have several passwords at once.
 *
 * <p>What decides here, seen on Redis 7.0.15: passwords are sent and compared as SHA-256 hashes ({@code ACL SETUSER u #hash}); an account
 * accepts as many as it has hashes, so old and new overlap; a hash that is removed although it is not there makes the
 * whole {@code ACL SETUSER} fail and change nothing, which serves as compare-and-set; a change lives in memory until
 * {@code ACL SAVE} or {@code CONFIG REWRITE}; sessions outlive the password they came in with; ACLs are not
 * replicated.
 */
package dev.keyturn.redis;
