/**
 * The roles that an adapter can play, in the JDK's types alone.
 *
 * <p>One technology is one module that implements one or more of {@link dev.keyturn.spi.AccountServer},
 * {@link dev.keyturn.spi.Publisher}, {@link dev.keyturn.spi.Redeployer} and {@link dev.keyturn.spi.Check} and names a
 * {@link dev.keyturn.spi.Technology} in {@code META-INF/services}. It knows nothing of its neighbours, of Temporal, or
 * of the store. Everything it may say to a person is a {@link dev.keyturn.spi.Finding}, an {@link
 * dev.keyturn.spi.Evidence} or an {@link dev.keyturn.spi.AdapterException}, and none of these ever holds a value.
 */
package dev.keyturn.spi;
