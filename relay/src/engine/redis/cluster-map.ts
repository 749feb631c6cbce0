import { ErrorReply } from "@redis/client";
import { faultOf, Unfit } from "./faults.ts";
import { shownPlace, type Place } from "./redis-url.ts";
import { readRanges, type Range } from "./slots.ts";
import { Wire, type Manner } from "./wire.ts";

/**
 * Asks one node which master has which slots.
 *
 * @throws Unfit with a sentence when it cannot tell
 */
export async function readMap(node: Place, manner: Manner): Promise<Range[]> {
  const where = shownPlace(node);
  let wire: Wire | undefined;
  try {
    wire = await Wire.open(node, "commands", manner);
    const ranges = readRanges(await wire.ask(["CLUSTER", "SLOTS"]), node.host);
    if (ranges.length === 0) throw new Unfit(`${where} is in no Cluster yet.`, { isLasting: false });
    return ranges;
  } catch (error) {
    if (error instanceof ErrorReply && /cluster support disabled/i.test(error.message))
      throw new Unfit(`${where} is no node of a Redis Cluster: write redis://${where}.`);
    if (error instanceof Unfit) throw error;
    throw new Unfit(faultOf(error, where).sentence, faultOf(error, where));
  } finally {
    wire?.end(new Error("Asked and answered."));
  }
}
