// One clock for all threads of the load: `performance.now()` begins anew in each, the system's monotonic clock does not.
const offsetUs = Number(process.hrtime.bigint() / 1000n) - performance.now() * 1000;

/** The monotonic time in µs; the same in all threads, to within a few µs. */
export function nowUs() {
  return performance.now() * 1000 + offsetUs;
}
