import { OptionError } from "../options.ts";

/** Reads `host:port`, `:port` or `port`; `0` as a host is every address of the machine. */
export function readAddress(positionals: readonly string[]): { host: string; port: number } {
  const [address = "127.0.0.1:8000", extra] = positionals;
  if (extra !== undefined) throw new OptionError(`There is one address too many: ${JSON.stringify(extra)}.`);
  const found = /^(?:(\[[^\]]+\]|[^:]*):)?(\d{1,5})$/.exec(address);
  const port = Number(found?.[2] ?? Number.NaN);
  if (!found || port > 65_535) {
    throw new OptionError(
      `The address must be host:port, such as 127.0.0.1:8000, not ${JSON.stringify(address)}.`,
    );
  }
  const host = (found[1] ?? "127.0.0.1").replaceAll(/[[\]]/g, "");
  return { host: host === "0" ? "0.0.0.0" : host || "127.0.0.1", port };
}
