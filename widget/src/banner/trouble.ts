/*
 * What a visitor sees only while something is wrong: fetched ahead of it, as nothing can be fetched without a line.
 */
export { Banner } from "./banner.ts";
export { notLetIn, shutOut, unavailable } from "../shut-out.ts";
export { shutOutStyles as styles } from "../shut-out.styles.ts";
