/** Checks of a service by an HTTP request, with the JDK's own client: no redirect is followed and no certificate is excused. */
package dev.keyturn.http;
