package dev.keyturn.starter.commands;

import dev.keyturn.starter.ExitCode;
import dev.keyturn.starter.console.Page;
import java.util.Map;

/**
 * What a command found or did.
 *
 * @param page for a person
 * @param document for a program: names to records of the contract
 */
public record Answer(ExitCode exit, Page page, Map<String, Object> document) {}
