// What a process uses, as Linux tells it.
import { readFileSync } from "node:fs";

/** Seconds of processor time of all its threads, in user and system. @param {number} pid */
export function cpuSecondsOf(pid) {
  const fields = read(`/proc/${pid}/stat`).split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** Resident memory in bytes: now, and the most it ever was. @param {number} pid */
export function memoryOf(pid) {
  const status = read(`/proc/${pid}/status`);
  return { rss: kilobytes(status, "VmRSS"), peak: kilobytes(status, "VmHWM") };
}

/** @param {string} status @param {string} name */
function kilobytes(status, name) {
  return Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1]) * 1024;
}

/** @param {string} file */
function read(file) {
  return readFileSync(file, "utf8");
}
