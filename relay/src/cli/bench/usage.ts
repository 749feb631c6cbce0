/** What a process took since it was last asked. */
export interface Usage {
  /** CPU of all its threads, as a share of one core. */
  cpu: number;
  /** Part of the time that its main thread was busy. */
  loop: number;
  bytes: number;
}

/** Measures this process from one call to the next. */
export function usage(): () => Usage {
  let cpu = process.cpuUsage();
  let loop = performance.eventLoopUtilization();
  let at = performance.now();
  return () => {
    const used = process.cpuUsage(cpu);
    const elapsedMs = Math.max(1, performance.now() - at);
    const busy = performance.eventLoopUtilization(loop).utilization;
    cpu = process.cpuUsage();
    loop = performance.eventLoopUtilization();
    at = performance.now();
    return {
      cpu: (used.user + used.system) / 1000 / elapsedMs,
      loop: busy,
      bytes: process.memoryUsage.rss(),
    };
  };
}
