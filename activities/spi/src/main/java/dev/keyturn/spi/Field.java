package dev.keyturn.spi;

/** A place for one value within a publication: a key of an env file, a file of a key directory, a key of a Secret. */
public record Field(String name) implements Comparable<Field> {
    @Override
    public int compareTo(Field other) {
        return name.compareTo(other.name);
    }

    @Override
    public String toString() {
        return name;
    }
}
