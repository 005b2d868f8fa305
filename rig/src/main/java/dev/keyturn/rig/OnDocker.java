package dev.keyturn.rig;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The test, or each test of the class, runs against a real server: a parameter of type {@link DockerShare} gives it names of its own on a Docker engine with Compose and Swarm.
 * Without it the test is skipped, or fails with {@code KEYTURN_RIG_REQUIRED=1}.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@ExtendWith(DockerExtension.class)
public @interface OnDocker {}
