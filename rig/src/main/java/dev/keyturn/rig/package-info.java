/**
 * Real servers for tests: an annotation a part of the rig gives a test its own share of that part's server and takes it back
 * afterwards. Without the part a test is skipped and says how to get it; with {@code KEYTURN_RIG_REQUIRED=1} it fails.
 */
package dev.keyturn.rig;
