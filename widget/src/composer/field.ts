/** Writes `text` in the place of what stands from `from` to `to`, as if it had been typed: it can be undone. */
export function replaceText(field: HTMLTextAreaElement, from: number, to: number, text: string): void {
  field.focus();
  field.setSelectionRange(from, to);
  // oxlint-disable-next-line typescript/no-deprecated -- nothing else leaves the field its memory
  if (!document.execCommand("insertText", false, text)) field.setRangeText(text, from, to, "end");
}

/** Makes the field as high as its text. Browsers with `field-sizing` do it by themselves. */
export function grow(field: HTMLTextAreaElement | null): void {
  if (!field || CSS.supports("field-sizing", "content")) return;
  field.style.setProperty("block-size", "auto");
  field.style.setProperty("block-size", `${field.scrollHeight}px`);
}

/** A list lower than two of its lines is not worth fitting in. */
const LOWEST = 72;

/** Keeps a list that opens upwards inside the box around it, and its chosen line in sight. */
export function fitInto(box: Element | null, list: HTMLElement | null): void {
  if (!box || !list) return;
  const room = list.getBoundingClientRect().bottom - box.getBoundingClientRect().top;
  if (room > LOWEST) list.style.setProperty("max-block-size", `${room - 4}px`);
  if (list.scrollHeight > list.clientHeight)
    list.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
}

/**
 * True if only files are brought, by clipboard or mouse. What comes from an office program is a picture beside the
 * text that is meant.
 */
export function bringsFiles(event: ClipboardEvent | DragEvent): boolean {
  const { types = [] } = ("clipboardData" in event ? event.clipboardData : event.dataTransfer) ?? {};
  return types.includes("Files") && !types.includes("text/plain");
}
