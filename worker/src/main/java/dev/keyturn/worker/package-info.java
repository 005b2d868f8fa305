/** The process: opens environments from their manifests, wires the adapters that are installed, and runs the engines. */
package dev.keyturn.worker;
