package dev.keyturn.rig;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The test, or each test of the class, runs against a real server: a parameter of type {@link KubernetesShare} gives it a Kubernetes namespace of its own.
 * Without it the test is skipped, or fails with {@code KEYTURN_RIG_REQUIRED=1}.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@ExtendWith(KubernetesExtension.class)
public @interface OnKubernetes {}
