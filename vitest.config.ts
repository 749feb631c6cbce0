import { defineConfig } from "vitest/config";

// Packages offer their TypeScript under the condition `source`, so tests run without a build.
const conditions = ["source", "module", "node", "development|production"];
const report = process.env["NATTER_REPORT"];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: [
      "{sdk,relay,widget}/test/**/*.test.ts",
      "tests/{conformance,system,simulation,docs}/**/*.test.ts",
      "bench/test/**/*.test.mjs",
    ],
    pool: "forks",
    maxWorkers: 2,
    // What is waited for comes in milliseconds, and on a machine with other work in many times as much.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // A promise nobody waits for fails the run, also when every assertion held.
    dangerouslyIgnoreUnhandledErrors: false,
    restoreMocks: true,
    unstubEnvs: true,
    unstubGlobals: true,
    reporters: report === undefined ? ["default"] : ["default", ["json", { outputFile: report }]],
  },
});
