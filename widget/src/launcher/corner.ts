/*
 * What makes a room a bubble in the corner of the page.
 */
export { Bubble } from "./bubble.ts";
export { Launcher } from "./launcher.ts";
export { cornerStyles as styles } from "./corner.styles.ts";
