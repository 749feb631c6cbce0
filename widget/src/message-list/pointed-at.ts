import type { ReactiveController, ReactiveControllerHost } from "lit";
import type { Tools } from "../message/actions.ts";

/**
 * Which message the visitor points at, with the mouse, a finger or the keyboard, and which tools stand beside
 * it. Tools are drawn for that one only.
 */
export class PointedAt implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  #key: string | undefined;
  #tools: Tools = "usual";

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  hostDisconnected(): void {
    this.#key = undefined;
  }

  /** The message beside which something waits for an answer, as the emoji do; Escape puts it away. */
  get asking(): string | undefined {
    return this.#tools === "emoji" || this.#tools === "delete" ? this.#key : undefined;
  }

  toolsOf(key: string): Tools {
    return key === this.#key ? this.#tools : "none";
  }

  /** Shows other tools beside that message; `none` puts them away. */
  open(key: string, tools: Tools): void {
    this.#key = tools === "none" ? undefined : key;
    this.#tools = tools;
    this.#host.requestUpdate();
  }

  readonly onPointer = (event: PointerEvent): void => {
    // A finger that scrolls passes over messages; only one that taps points at one. A tool that was pressed has
    // done so already.
    const points = event.type === "click" ? !isOnTool(event) : event.pointerType === "mouse";
    if (points) this.#pointAt(keyOfRow(event));
  };

  readonly onFocusin = (event: FocusEvent): void => this.#pointAt(keyOfRow(event));

  readonly onLeave = (event: PointerEvent): void => {
    // A finger leaves with each tap, before it is known what was tapped at.
    if (event.pointerType !== "mouse") return;
    const list = event.currentTarget as Element;
    // Who works with the keyboard keeps their tools when the mouse happens to leave.
    if (!list.matches(":has(article:focus-visible, article :focus-visible)")) this.#pointAt(undefined);
  };

  #pointAt(key: string | undefined): void {
    if (key === this.#key) return;
    this.#key = key;
    this.#tools = "usual";
    this.#host.requestUpdate();
  }
}

function isOnTool(event: Event): boolean {
  return event.composedPath().some((target) => target instanceof Element && target.matches("[part~=tool]"));
}

// Asked of the path, not of the target: a tool that was pressed may be gone by the time its click comes by here.
function keyOfRow(event: Event): string | undefined {
  const isRow = (target: EventTarget): target is HTMLElement =>
    target instanceof HTMLElement && target.classList.contains("row");
  return event.composedPath().find(isRow)?.dataset["key"];
}
