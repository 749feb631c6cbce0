import { describe, expect, it } from "vitest";
import { RoomOrder, WrongDelivery } from "../load/room-order.mjs";
import { textOf } from "../load/text.mjs";

const DUE = 1_234_567;
/** The room's senders are 40 and 41. */
const newOrder = (members = 3) => new RoomOrder("lobby", 40, 2, members);

/** A frame with messages in it, its payload from byte 2. @param {[sender: number, number: number][]} messages */
function frameOf(...messages) {
  const texts = messages.map(([sender, number]) => `{"text":"${textOf(sender, number, DUE, 100)}"}`);
  return Buffer.from(`..[${texts.join(",")}]`);
}

/** What a connection does with a frame. @param {RoomOrder} order @param {number} place @param {Buffer} frame */
function give(order, place, frame) {
  const known = order.known(place, frame, 0, frame.length);
  return known === undefined ? order.read(place, frame, 2, frame.length, 0) : place + known.count;
}

describe("a room's order", () => {
  it("is what the first member is given, and holds for those who are given the same", () => {
    const order = newOrder();
    const frames = [frameOf([40, 0], [41, 0]), frameOf([40, 1])];
    for (const _member of [1, 2, 3]) {
      expect(frames.reduce((place, frame) => give(order, place, frame), 0)).toBe(3);
    }
    expect(order.count).toBe(3);
    expect(order.senderAt(1)).toBe(41);
    expect(order.dueAt(2)).toBe(DUE);
  });

  it("holds for those who are given the same messages in other frames", () => {
    const order = newOrder();
    give(order, 0, frameOf([40, 0], [41, 0], [40, 1]));
    const place = give(order, 0, frameOf([40, 0]));
    expect(give(order, place, frameOf([41, 0], [40, 1]))).toBe(3);
  });

  it("keeps a frame only until the last member has it", () => {
    const order = newOrder(2);
    const frame = frameOf([40, 0]);
    give(order, 0, frame);
    expect(order.known(0, frame, 0, frame.length)).toBeDefined();
    expect(order.known(0, frame, 0, frame.length)).toBeUndefined();
  });

  it("knows no frame that has not come as a whole", () => {
    const order = newOrder();
    const frame = frameOf([40, 0]);
    give(order, 0, frame);
    expect(order.known(0, frame, 0, frame.length - 1)).toBeUndefined();
  });

  it("takes a frame without messages for nothing", () => {
    expect(give(newOrder(), 0, Buffer.from('..[{"type":"presence","count":3}]'))).toBe(0);
  });

  it("has another fingerprint for another order", () => {
    const [one, same, other] = [newOrder(), newOrder(), newOrder()];
    for (const order of [one, same]) give(order, 0, frameOf([40, 0], [41, 0]));
    give(other, 0, frameOf([41, 0], [40, 0]));
    expect(one.fingerprint).toBe(same.fingerprint);
    expect(one.fingerprint).not.toBe(other.fingerprint);
  });
});

describe.each([
  ["the first member", false],
  ["a later member", true],
])("a wrong delivery to %s", (_who, isLater) => {
  /** @param {[sender: number, number: number][]} messages */
  function giveTo(...messages) {
    const order = newOrder();
    if (isLater) give(order, 0, frameOf([40, 0], [40, 1], [41, 0], [40, 2]));
    return () => give(order, 0, frameOf(...messages));
  }

  it("is noticed when a message is missing", () => {
    expect(giveTo([40, 0], [40, 2])).toThrow(WrongDelivery);
    expect(giveTo([40, 0], [40, 2])).toThrow("is missing");
  });

  it("is noticed when a message comes twice", () => {
    expect(giveTo([40, 0], [40, 0])).toThrow("message 0 of sender 40 twice");
  });

  it("is noticed when a message is of another room", () => {
    expect(giveTo([40, 0], [42, 0])).toThrow("message 0 of sender 42, which was said in another room");
    expect(giveTo([39, 0])).toThrow("another room");
  });

  it("is noticed when two messages of a sender are swapped", () => {
    expect(giveTo([40, 1], [40, 0])).toThrow(WrongDelivery);
  });

  it("is noticed when a message was given in an earlier frame", () => {
    const order = newOrder();
    if (isLater) give(order, 0, frameOf([40, 0], [40, 1]));
    const place = give(order, 0, frameOf([40, 0]));
    expect(() => give(order, place, frameOf([40, 0]))).toThrow("twice");
  });
});

it("notices that messages of two senders come to members in different orders", () => {
  const order = newOrder();
  give(order, 0, frameOf([40, 0], [41, 0]));
  expect(() => give(order, 0, frameOf([41, 0], [40, 0]))).toThrow(WrongDelivery);
});

it("takes no byte for granted: a frame that differs in one is read anew", () => {
  const order = newOrder();
  const frame = frameOf([40, 0], [41, 0]);
  give(order, 0, frame);
  const forged = Buffer.from(frame);
  // The last digit of the second message's number.
  forged[forged.lastIndexOf("@00004100000000") + 14] = 0x31;
  expect(() => give(order, 0, forged)).toThrow(WrongDelivery);
});
