import { test as base } from "@playwright/test";
import { RelayProcess, type RelayProcessOptions } from "./relay-process.ts";

/** What a browser test is given besides what Playwright gives. */
export interface NatterFixtures {
  /** How the test's relay is started; set it with `test.use({ relayOptions: { args: [...] } })`. */
  relayOptions: RelayProcessOptions;
  /** The relay of this test; page addresses are relative to it. */
  relay: RelayProcess;
  /** Leaves nothing open of what the test opened. */
  tidy: void;
}

/** Every visitor of every test comes from one address. */
const CROWDED: Readonly<Record<string, string>> = { NATTER_GUESTS_PER_MINUTE: "1000000" };

/** The relays of one worker: one for each way in which a test wants it started, as a start costs more than a test. */
class RelaysOfTheWorker {
  readonly #relays = new Map<string, Promise<RelayProcess>>();

  as(options: RelayProcessOptions): Promise<RelayProcess> {
    const key = JSON.stringify(options);
    const known = this.#relays.get(key);
    if (known !== undefined) return known;
    const relay = RelayProcess.start({ ...options, env: { ...CROWDED, ...options.env } });
    this.#relays.set(key, relay);
    return relay;
  }

  async close(): Promise<void> {
    // One that did not start was told of by the test that wanted it.
    await Promise.allSettled([...this.#relays.values()].map(async (relay) => (await relay).close()));
  }
}

/** Playwright's `test`, with a relay that it shares with the tests before and after it: take a room of your own. */
export const test = base.extend<NatterFixtures, { relays: RelaysOfTheWorker }>({
  relayOptions: [{}, { option: true }],
  relays: [
    async ({}, use) => {
      const relays = new RelaysOfTheWorker();
      await use(relays);
      await relays.close();
    },
    { scope: "worker" },
  ],
  relay: async ({ relays, relayOptions }, use) => {
    await use(await relays.as(relayOptions));
  },
  baseURL: async ({ relay }, use) => {
    await use(relay.url);
  },
  // A page that is left open talks to its relay, draws, and is recorded with every test that follows.
  tidy: [
    async ({ browser }, use) => {
      await use();
      await Promise.all(browser.contexts().map((context) => context.close()));
    },
    { auto: true },
  ],
});

export { expect } from "@playwright/test";
