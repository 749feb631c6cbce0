import type { WebSocketClass, WebSocketLike } from "../connection/transport.ts";

/** The relay's end of a line. */
export interface TestLine {
  /** A frame for the client. */
  send(frame: string): void;
  /** Ends the line; 1006 is an end without a word, as when a cable is pulled. */
  end(code: number): void;
}

/** What becomes of a line, as the relay sees it. */
export interface TestLineEvents {
  frame(frame: string): void;
  /** The client is gone. */
  ended(): void;
}

/** What is between a client and the relay. Every frame and every opening goes through `carry`. */
export interface Wire {
  /** Lets something happen at the other end, as late as the wire makes it; never within the same turn. */
  carry(run: () => void): void;
  /** The relay's answer to a new line, or undefined when it cannot be reached. */
  accept(line: TestLine): TestLineEvents | undefined;
}

const CONNECTING = 0;
const OPEN = 1;
const CLOSED = 3;

/** A WebSocket class whose sockets all lead to one test relay. */
export function testWebSocket(wire: Wire): WebSocketClass {
  return class TestWebSocket implements WebSocketLike {
    onopen: ((event: never) => unknown) | null = null;
    onmessage: ((event: never) => unknown) | null = null;
    onclose: ((event: never) => unknown) | null = null;
    onerror: ((event: never) => unknown) | null = null;
    readyState = CONNECTING;
    #relay: TestLineEvents | undefined;

    constructor() {
      wire.carry(() => this.#open());
    }

    send(data: string): void {
      if (this.readyState === CONNECTING) throw new Error("This socket is not open yet.");
      wire.carry(() => this.#relay?.frame(data));
    }

    close(): void {
      this.#end(1000);
      const relay = this.#relay;
      this.#relay = undefined;
      wire.carry(() => relay?.ended());
    }

    #open(): void {
      if (this.readyState !== CONNECTING) return;
      this.#relay = wire.accept({
        send: (frame) => wire.carry(() => this.#receive(frame)),
        end: (code) => (code === 1006 ? this.#end(code) : wire.carry(() => this.#end(code))),
      });
      if (!this.#relay) return this.#end(1006);
      this.readyState = OPEN;
      this.onopen?.({} as never);
    }

    #receive(data: string): void {
      if (this.readyState === OPEN) this.onmessage?.({ data } as never);
    }

    #end(code: number): void {
      if (this.readyState === CLOSED) return;
      this.readyState = CLOSED;
      this.onclose?.({ code } as never);
    }
  };
}
