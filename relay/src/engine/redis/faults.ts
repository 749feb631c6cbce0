import { ErrorReply } from "@redis/client";
import { RedisAway } from "./redis.ts";

/** Why a Redis is of no use just now. */
export interface Fault {
  /** For the operator: what was found, and what to do about it. */
  sentence: string;
  /** True when waiting does not help: somebody has to change something. */
  isLasting: boolean;
  /** True when this server is the wrong one to talk to: another has become the master, or will. */
  isElsewhere: boolean;
}

/** Thrown by what we do ourselves on a new connection when a server turns out to be of no use. */
export class Unfit extends Error {
  override readonly name = "Unfit";
  readonly fault: Fault;

  constructor(sentence: string, { isLasting = true, isElsewhere = false } = {}) {
    super(sentence);
    this.fault = { sentence, isLasting, isElsewhere };
  }
}

/** What a server answers by the first word of its error, and what an operator makes of it. */
const REPLIES: Readonly<
  Record<string, (where: string, said: string) => Partial<Fault> & { sentence: string }>
> = {
  LOADING: (where) => ({ sentence: `${where} is still reading its files.` }),
  BUSY: (where) => ({ sentence: `${where} is busy with a script of somebody's.` }),
  READONLY: (where) => ({ sentence: `${where} is a replica and takes nothing in.`, isElsewhere: true }),
  MASTERDOWN: (where) => ({ sentence: `${where} is a replica without its master.`, isElsewhere: true }),
  CLUSTERDOWN: (where) => ({ sentence: `The Cluster of ${where} does not serve all of its slots.` }),
  TRYAGAIN: (where) => ({ sentence: `${where} is moving slots to another node just now.` }),
  MISCONF: (where) => ({
    sentence: `${where} stores nothing because it cannot write to its disk: look at its log, and free some space.`,
  }),
  OOM: (where) => ({
    sentence: `The memory of ${where} is full: raise its maxmemory, or keep less (--retention-count, --retention-age).`,
  }),
  NOREPLICAS: (where) => ({
    sentence: `${where} has fewer replicas than its min-replicas-to-write asks for, and stores nothing.`,
  }),
  NOAUTH: (where) => ({
    sentence: `${where} asks for a password: put it into the URL (redis://:password@host), best as NATTER_REDIS.`,
    isLasting: true,
  }),
  WRONGPASS: (where) => ({ sentence: `${where} does not accept this user and password.`, isLasting: true }),
  NOPERM: (where, said) => ({
    sentence: `${where} does not allow this user what the relay needs (deploy/redis-users.acl has it all): ${said.replace(/^[A-Z]+ /, "")}.`,
    isLasting: true,
  }),
  DENIED: (where) => ({
    sentence: `${where} is in protected mode and takes connections from its own machine only: give it a password, or bind it to a private address.`,
    isLasting: true,
  }),
};

/** What keeps a connection from being made, by the code of the system's or TLS' error. */
const CODES: Readonly<Record<string, (where: string) => Partial<Fault> & { sentence: string }>> = {
  ECONNREFUSED: (where) => ({ sentence: `Nothing listens at ${where}.` }),
  ECONNRESET: (where) => ({ sentence: `${where} broke the connection off.` }),
  EPIPE: (where) => ({ sentence: `${where} broke the connection off.` }),
  ETIMEDOUT: (where) => ({ sentence: `${where} does not answer.` }),
  EHOSTUNREACH: (where) => ({ sentence: `There is no way to ${where}.` }),
  ENETUNREACH: (where) => ({ sentence: `There is no way to ${where}.` }),
  ENOTFOUND: (where) => ({ sentence: `The host of ${where} has no address: is its name right?` }),
  EAI_AGAIN: (where) => ({ sentence: `No name server told the address of ${where}.` }),
  EPROTO: (where) => ({
    sentence: `${where} does not speak TLS: write redis:// instead of rediss://.`,
    isLasting: true,
  }),
  ERR_SSL_WRONG_VERSION_NUMBER: (where) => ({
    sentence: `${where} does not speak TLS: write redis:// instead of rediss://.`,
    isLasting: true,
  }),
  ERR_TLS_CERT_ALTNAME_INVALID: (where) => ({
    sentence: `The certificate of ${where} is for another host.`,
    isLasting: true,
  }),
  CERT_HAS_EXPIRED: (where) => ({ sentence: `The certificate of ${where} has run out.` }),
};

const UNTRUSTED = /SELF_SIGNED|UNABLE_TO_(?:GET_ISSUER|VERIFY)|CERT_UNTRUSTED/;

/**
 * Says what an error means to the one who runs the relay.
 *
 * @param where the server, as it may be shown
 */
export function faultOf(error: unknown, where: string): Fault {
  const fault =
    error instanceof Unfit
      ? error.fault
      : { isLasting: false, isElsewhere: false, ...readFault(error, where) };
  const { sentence } = fault;
  // An address at the beginning says too little to who has several servers of several kinds.
  return sentence.startsWith(where) ? { ...fault, sentence: `Redis at ${sentence}` } : fault;
}

/**
 * What a caller is told: that Redis is away, where that is what an error means. An answer that says that we asked
 * for nonsense stays what it is.
 */
export function awayFrom(error: unknown, where: string): Error {
  if (error instanceof RedisAway) return error;
  if (error instanceof ErrorReply && REPLIES[codeOf(error)] === undefined) return error;
  return new RedisAway(faultOf(error, where).sentence, { cause: error });
}

/** The first word of an answer that is an error, such as `LOADING`. */
export function codeOf(error: Error): string {
  // What a script may not call is told in words of its own.
  if (error.message.startsWith("ERR The user executing the script can't ")) return "NOPERM";
  return /^[A-Z]+(?= |$)/.exec(error.message)?.[0] ?? "";
}

function readFault(error: unknown, where: string): Partial<Fault> & { sentence: string } {
  if (!(error instanceof Error)) return { sentence: `${where} cannot be used: ${String(error)}.` };
  if (error instanceof ErrorReply) {
    const known = REPLIES[codeOf(error)]?.(where, error.message);
    return known ?? { sentence: `${where} says: ${error.message.replace(/\.$/, "")}.`, ...lastingOf(error) };
  }
  const code = (error as NodeJS.ErrnoException).code ?? "";
  if (UNTRUSTED.test(code)) {
    return {
      sentence: `The certificate of ${where} is signed by nobody this machine trusts: name the authority's file in NODE_EXTRA_CA_CERTS.`,
      isLasting: true,
    };
  }
  const known = CODES[code]?.(where);
  if (known) return known;
  switch (error.constructor.name) {
    case "ConnectionTimeoutError":
      return { sentence: `${where} does not answer.` };
    case "SocketClosedUnexpectedlyError":
    case "DisconnectsClientError":
    case "ClientClosedError":
    case "ClientOfflineError":
      return { sentence: `${where} ended the connection.` };
    default:
      break;
  }
  if (error.message.includes("Unknown RESP type")) {
    return { sentence: `What answers at ${where} is no Redis (or speaks TLS: rediss://).`, isLasting: true };
  }
  return { sentence: `${where} cannot be used: ${error.message.replace(/\.$/, "")}.` };
}

/** Of what a server does not know it will know nothing later, too. */
function lastingOf(error: Error): { isLasting: boolean } {
  return {
    isLasting: /unknown command|AUTH <password> called without|DB index is out of range|invalid DB/i.test(
      error.message,
    ),
  };
}
