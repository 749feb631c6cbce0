import { ErrorReply } from "@redis/client";
import { faultOf, Unfit } from "./faults.ts";
import { pairsOf } from "./life.ts";
import { shownPlace, type Place } from "./redis-url.ts";
import { Wire, type Manner } from "./wire.ts";

/** What one sentinel says of the master. */
interface Word {
  place: Place;
  /** Grows with each failover: of two sentinels that disagree, the one with the higher number is right. */
  epoch: number;
}

/**
 * Asks all sentinels at once who is the master. One that cannot be reached, or was cut off while another master
 * was chosen, is outvoted by any that knows more.
 *
 * @throws Unfit when none of them knows
 */
export async function findMaster(sentinels: readonly Place[], name: string, manner: Manner): Promise<Place> {
  const answers = await Promise.allSettled(sentinels.map((sentinel) => askOne(sentinel, name, manner)));
  const words = answers.flatMap((answer) => (answer.status === "fulfilled" ? [answer.value] : []));
  const best = words.sort((a, b) => b.epoch - a.epoch)[0];
  if (best) return best.place;
  const faults = answers.flatMap((answer, at) => {
    const sentinel = sentinels[at];
    return answer.status === "rejected" && sentinel ? [faultOf(answer.reason, shownPlace(sentinel))] : [];
  });
  const sentences = [...new Set(faults.map(({ sentence }) => sentence))].join(" ");
  const isLasting = faults.length > 0 && faults.every((fault) => fault.isLasting);
  throw new Unfit(`No sentinel tells where ${name} is: ${sentences}`, { isLasting });
}

async function askOne(sentinel: Place, name: string, manner: Manner): Promise<Word> {
  const wire = await Wire.open(sentinel, "commands", manner);
  try {
    const said = pairsOf(await wire.ask(["SENTINEL", "MASTER", name]));
    const [host, port] = [said.get("ip"), Number(said.get("port"))];
    if (!host || !port) throw new Unfit(`${wire.where} gives no address.`, { isLasting: false });
    return { place: { host, port }, epoch: Number(said.get("config-epoch") ?? 0) };
  } catch (error) {
    throw error instanceof ErrorReply ? explained(error, wire.where, name) : error;
  } finally {
    wire.end(new Error("Asked and answered."));
  }
}

function explained(error: ErrorReply, where: string, name: string): Error {
  if (/No such master/i.test(error.message))
    return new Unfit(`${where} knows no master of the name ${name}.`);
  if (/unknown command/i.test(error.message))
    return new Unfit(`${where} is no sentinel: write redis://${where}.`);
  return error;
}
