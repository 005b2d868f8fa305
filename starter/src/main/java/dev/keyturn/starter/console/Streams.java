package dev.keyturn.starter.console;

import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;

/** Where text comes from and goes to. */
public record Streams(BufferedReader in, PrintStream out, PrintStream err) {
    /** Those of the process, in the terminal's own encoding: Java 18 and later would write UTF-8 to any of them. */
    public static Streams ofProcess(Terminal terminal) {
        return new Streams(
                new BufferedReader(new InputStreamReader(new FileInputStream(FileDescriptor.in), terminal.charset())),
                new PrintStream(new FileOutputStream(FileDescriptor.out), true, terminal.charset()),
                new PrintStream(new FileOutputStream(FileDescriptor.err), true, terminal.charset()));
    }
}
