/**
 * What goes between a client, the workflow and the steps: records of references and texts. No type with a secret's
 * value may stand in one of them, for all of it becomes workflow history.
 */
package dev.keyturn.workflows.contract;
