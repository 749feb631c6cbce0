import * as v from "valibot";
import { userId } from "./fields.ts";

/** Somebody, as others see them: id and name from the verified token, never from the client. */
export const person = v.object({ id: userId, name: v.string() });
export type Person = v.InferOutput<typeof person>;

/** A person with a picture (an https address), if the token names one. */
export const user = v.object({ ...person.entries, picture: v.exactOptional(v.string()) });
export type User = v.InferOutput<typeof user>;

/** A user who is present in a room, or who wrote there; `role` is the one the token gave in that room. */
export const member = v.object({ ...user.entries, role: v.exactOptional(v.string()) });
export type Member = v.InferOutput<typeof member>;

/** The author of an event, stamped by the relay from the verified token. */
export const author = member;
export type Author = Member;
