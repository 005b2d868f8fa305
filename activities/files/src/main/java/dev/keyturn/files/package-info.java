/**
 * Publications that are files: an env file with many keys ({@code env-file}), and a directory with one file a value
 * ({@code key-directory}).
 *
 * <p>Both are read byte for byte and replaced whole: a temporary file in the same directory, then a rename ({@link
 * dev.keyturn.files.FileSet}). What an env file's text means is told by a {@link dev.keyturn.files.Dialect}. Access
 * control lists and extended attributes are not carried over: a publication that needs them needs another adapter.
 */
package dev.keyturn.files;
