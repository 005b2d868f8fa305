/** The manifest: one YAML file an environment, read into records, with an error's place in the file. */
package dev.keyturn.steps.manifest;
