/**
 * Rooms for people who can paste nothing but a script:
 * `<script type="module" src="…/chat-room.js" data-room="lobby" data-layout="bubble"></script>`. Every `data-*`
 * becomes the attribute of that name. An inline room stands where the script stands, a bubble at the end of the
 * page.
 */
export function roomsOfScriptTags(script: string): void {
  if (document.readyState === "loading") {
    document.addEventListener("DOMContentLoaded", () => roomsOfScriptTags(script), { once: true });
  }
  for (const tag of document.querySelectorAll<HTMLScriptElement>("script[src][data-room]")) {
    if (tag.src === script && !served.has(tag)) makeRoom(tag);
  }
}

const served = new WeakSet<HTMLScriptElement>();

function makeRoom(tag: HTMLScriptElement): void {
  served.add(tag);
  const room = document.createElement("chat-room");
  for (const { name, value } of tag.attributes) {
    if (name.startsWith("data-")) room.setAttribute(name.slice("data-".length), value);
  }
  if (tag.dataset["layout"] === "bubble") document.body.append(room);
  else tag.after(room);
}
