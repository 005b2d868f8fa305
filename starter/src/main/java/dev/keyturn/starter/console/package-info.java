/** What a person or a program gets to see: pages, tables, the list of steps, the JSON document. Nothing here decides anything. */
package dev.keyturn.starter.console;
