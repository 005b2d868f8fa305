/** {@code keyturn demo}: the main job on real servers of its own, with proofs that do not rely on Keyturn's word. */
package dev.keyturn.demo;
