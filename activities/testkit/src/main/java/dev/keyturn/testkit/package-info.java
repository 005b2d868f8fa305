/**
 * What every adapter is tested with: one contract for each role of the SPI, which the adapter's own test extends; faults to
 * put between an adapter and its server; and a search for values in places where they must never be.
 */
package dev.keyturn.testkit;
