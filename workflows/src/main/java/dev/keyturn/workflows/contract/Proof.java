package dev.keyturn.workflows.contract;

/**
 * Something that must hold at the end, and whether it was shown.
 *
 * @param object what it is about: {@code "postgres_app_user_pw: old password of app on main"}
 * @param proven whether it was shown
 * @param text what was seen, or why it cannot be shown
 * @param who must act if it was not shown; otherwise empty
 */
public record Proof(String object, boolean proven, String text, String who) {}
