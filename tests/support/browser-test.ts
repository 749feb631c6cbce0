import { test as base } from "@playwright/test";
import { RelayProcess, type RelayProcessOptions } from "./relay-process.ts";

/** What a browser test is given besides what Playwright gives. */
export interface NatterFixtures {
  /** How this file's relay is started; set it with `test.use({ relayOptions: { args: [...] } })`. */
  relayOptions: RelayProcessOptions;
  /** The relay of this test file; page addresses are relative to it. */
  relay: RelayProcess;
}

class RelayOfTheFile {
  #key: string | undefined;
  #relay: RelayProcess | undefined;

  async for(file: string, options: RelayProcessOptions): Promise<RelayProcess> {
    const key = `${file} ${JSON.stringify(options)}`;
    if (this.#relay !== undefined && this.#key === key) return this.#relay;
    await this.close();
    this.#relay = await RelayProcess.start(options);
    this.#key = key;
    return this.#relay;
  }

  async close(): Promise<void> {
    await this.#relay?.close();
    this.#relay = undefined;
  }
}

/** Playwright's `test`, with a relay of its own for each test file. */
export const test = base.extend<NatterFixtures, { relays: RelayOfTheFile }>({
  relayOptions: [{}, { option: true }],
  relays: [
    async ({}, use) => {
      const relays = new RelayOfTheFile();
      await use(relays);
      await relays.close();
    },
    { scope: "worker" },
  ],
  relay: async ({ relays, relayOptions }, use, info) => {
    await use(await relays.for(info.file, relayOptions));
  },
  baseURL: async ({ relay }, use) => {
    await use(relay.url);
  },
});

export { expect } from "@playwright/test";
