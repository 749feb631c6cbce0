import type { Socket, SocketListener } from "../../relay/src/socket/socket.ts";
import type { Random } from "./random.ts";
import type { ProcessTime, VirtualTime } from "./virtual-time.ts";

/** The far end of a line: a relay that may be there or not. */
export interface Port {
  /** The relay's name among all. */
  readonly relay: string;
  /** Undefined while nobody listens. */
  accept: ((socket: Socket) => SocketListener) | undefined;
  /** Has the relay take something in: now, or when it goes on after having stood still. */
  whenAwake(run: () => void): void;
}

/** What one line is like. */
export interface LineQuality {
  /** Milliseconds from one end to the other, anew for each frame. */
  latencyMs: () => number;
  /** Bytes a millisecond towards the client; a slow reader has few. */
  bytesPerMs: number;
}

/** Bytes that the kernels of both ends hold before the relay sees any as waiting. */
const KERNEL_BYTES = 2048;

/** What the checker hears of every line. */
export interface Tap {
  toClient(frame: string): void;
  toRelay(frame: string): void;
  /** The relay's end is closed; frames that are on their way may still reach the client. */
  closed(): void;
}

type Direction = "toClient" | "toRelay";

/**
 * One WebSocket connection as bytes on their way: frames arrive whole, in order, after a while, or not at all.
 * A cut falls on any byte, so that the frame it falls into is lost with all behind it.
 */
export class Line {
  readonly #time: VirtualTime;
  readonly #quality: LineQuality;
  readonly #tap: Tap;
  readonly #client: { onFrame(frame: string): void; onClosed(code: number): void };
  #whenAwake: Port["whenAwake"] = (run) => run();
  #listener: SocketListener | undefined;
  #isUp = true;
  #freeAt: Record<Direction, number> = { toClient: 0, toRelay: 0 };
  #frozenUntil = 0;
  #budget: Record<Direction, number> = { toClient: Infinity, toRelay: Infinity };
  #underway = 0;

  constructor(
    time: VirtualTime,
    quality: LineQuality,
    tap: Tap,
    client: { onFrame(frame: string): void; onClosed(code: number): void },
  ) {
    this.#time = time;
    this.#quality = quality;
    this.#tap = tap;
    this.#client = client;
  }

  get isUp(): boolean {
    return this.#isUp;
  }

  /** Connects the relay's end. */
  connect(accept: (socket: Socket) => SocketListener, whenAwake: Port["whenAwake"]): void {
    this.#whenAwake = whenAwake;
    const waiting = (): number => Math.max(0, this.#underway - KERNEL_BYTES);
    this.#listener = accept({
      send: (frame) => this.#send("toClient", frame.text.toString()),
      sendBoth: (first, second) => {
        this.#send("toClient", first.text.toString());
        this.#send("toClient", second.text.toString());
      },
      get bufferedBytes() {
        return waiting();
      },
      close: (code) => {
        this.#tap.closed();
        this.#later("toClient", 4, () => this.#end(code));
      },
      terminate: () => this.cut(),
    });
  }

  fromClient(frame: string): void {
    this.#send("toRelay", frame);
  }

  /** The client closes: the relay hears of it after what is on its way. */
  closeFromClient(): void {
    this.#later("toRelay", 4, () => this.#end(1000));
  }

  /** The line breaks now, and both ends hear of it. */
  cut(): void {
    this.#end(1006);
  }

  /** The line breaks when that many more bytes have passed in a direction. */
  cutAfter(direction: Direction, bytes: number): void {
    this.#budget[direction] = bytes;
  }

  /** Nothing moves for a while, in either direction, and nobody is told. */
  freeze(ms: number): void {
    // Never shorter: what froze before would arrive after what comes now.
    this.#frozenUntil = Math.max(this.#frozenUntil, this.#time.now + ms);
  }

  /** The relay's process is gone; whether the client hears of it is a matter of luck. */
  loseRelay(isTold: boolean): void {
    this.#listener = undefined;
    if (isTold) this.cut();
    else this.#frozenUntil = Infinity;
  }

  /** The client's page is gone; the relay may hear of it or not. */
  loseClient(isTold: boolean): void {
    if (isTold) this.closeFromClient();
    else this.#frozenUntil = Infinity;
  }

  #send(direction: Direction, frame: string): void {
    if (!this.#isUp) return;
    const bytes = Buffer.byteLength(frame) + (frame.length < 126 ? 2 : 4);
    this.#budget[direction] -= bytes;
    if (this.#budget[direction] < 0) {
      // The frame under way is lost with the line; what came before it still arrives.
      return this.#later(direction, 0, () => this.cut());
    }
    if (direction === "toClient") this.#underway += bytes;
    this.#later(direction, bytes, () => {
      if (direction === "toClient") this.#underway -= bytes;
      this.#deliver(direction, frame);
    });
  }

  #deliver(direction: Direction, frame: string): void {
    const take = (): void => {
      this.#tap[direction](frame);
      if (direction === "toClient") this.#client.onFrame(frame);
      else this.#listener?.onFrame(frame);
    };
    // What has come to a relay that stands still lies with its kernel.
    if (direction === "toClient") take();
    else this.#whenAwake(take);
  }

  /** Does something at the end of all that is on its way in a direction. */
  #later(direction: Direction, bytes: number, run: () => void): void {
    const pace = direction === "toClient" ? bytes / this.#quality.bytesPerMs : 0;
    const start = Math.max(this.#time.now + this.#quality.latencyMs(), this.#freeAt[direction]);
    this.#freeAt[direction] = start + pace;
    this.#time.after(start + pace - this.#time.now, () => this.#arrive(direction, run));
  }

  #arrive(direction: Direction, run: () => void): void {
    if (!this.#isUp) return;
    if (this.#frozenUntil === Infinity) return;
    const wait = this.#frozenUntil - this.#time.now;
    if (wait <= 0) return run();
    // Thawed in the order in which they froze: the heap keeps the order of equals.
    this.#freeAt[direction] = Math.max(this.#freeAt[direction], this.#frozenUntil);
    this.#time.after(wait, () => this.#arrive(direction, run));
  }

  #end(code: number): void {
    if (!this.#isUp) return;
    this.#isUp = false;
    this.#whenAwake(() => {
      this.#tap.closed();
      this.#listener?.onClose();
    });
    this.#client.onClosed(code);
  }
}

/** What a simulated browser gives the SDK as `WebSocket`. */
export function simulatedWebSocket(parts: {
  time: VirtualTime;
  page: ProcessTime;
  random: Random;
  /** The relay that this connection comes to. */
  port: () => Port;
  quality: () => LineQuality;
  tap: (relay: string) => Tap;
  /** True while this browser has a network. */
  isOnline: () => boolean;
  onLine: (line: Line, port: Port) => void;
}) {
  return class SimulatedWebSocket {
    onopen: ((event: never) => unknown) | null = null;
    onmessage: ((event: never) => unknown) | null = null;
    onclose: ((event: never) => unknown) | null = null;
    onerror: ((event: never) => unknown) | null = null;
    readyState = 0;
    #line: Line | undefined;

    constructor(_url: string, _protocols?: string | string[]) {
      parts.page.after(parts.random.whole(1, 60), () => this.#open());
    }

    send(frame: string): void {
      if (this.readyState === 1) this.#line?.fromClient(frame);
    }

    close(): void {
      if (this.readyState >= 2) return;
      const wasOpen = this.readyState === 1;
      this.readyState = 2;
      if (wasOpen) this.#line?.closeFromClient();
      else this.#closed(1006);
    }

    #open(): void {
      if (this.readyState !== 0) return;
      const port = parts.port();
      if (!port.accept || !parts.isOnline()) return this.#closed(1006);
      port.whenAwake(() => this.#connect(port));
    }

    #connect(port: Port): void {
      if (this.readyState !== 0) return;
      const { accept } = port;
      if (!accept || !parts.isOnline()) return this.#closed(1006);
      const line = new Line(parts.time, parts.quality(), parts.tap(port.relay), {
        onFrame: (data) => {
          if (!parts.page.isOver && this.readyState === 1) this.onmessage?.({ data } as never);
        },
        onClosed: (code) => this.#closed(code),
      });
      this.#line = line;
      line.connect(accept, port.whenAwake);
      parts.onLine(line, port);
      this.readyState = 1;
      this.onopen?.({} as never);
    }

    #closed(code: number): void {
      if (this.readyState === 3) return;
      this.readyState = 3;
      if (!parts.page.isOver) this.onclose?.({ code } as never);
    }
  };
}
