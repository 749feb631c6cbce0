/** What {@link fetchJson} asks with; the machine's own unless a test has another. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** How long an answer may take, whole. */
const TIMEOUT_MS = 5000;

/** Bytes of an answer. The largest sets of keys that are published have a few dozen thousand. */
const MAX_BYTES = 256 * 1024;

/**
 * Reads JSON from an address, which must answer itself: a redirect would lead where the operator did not point.
 * Rejects with a sentence when it does not, when it takes too long, and when it says too much.
 */
export async function fetchJson(url: string, stopping: AbortSignal, ask: Fetch = fetch): Promise<unknown> {
  const signal = AbortSignal.any([stopping, AbortSignal.timeout(TIMEOUT_MS)]);
  const response = await ask(url, {
    headers: { accept: "application/jwk-set+json, application/json" },
    redirect: "error",
    signal,
  });
  if (response.status !== 200) {
    await response.body?.cancel();
    throw new Error(`It answered with status ${response.status}.`);
  }
  return JSON.parse(await readText(response)) as unknown;
}

async function readText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk as Uint8Array);
    bytes += (chunk as Uint8Array).length;
    if (bytes > MAX_BYTES) throw new Error(`Its answer has over ${MAX_BYTES} bytes.`);
  }
  return Buffer.concat(chunks).toString("utf8");
}
