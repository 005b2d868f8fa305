/** The manifest: one YAML file an environment, read into records, with an error's place in the file; how values are made and put together. */
package dev.keyturn.steps.manifest;
