// Shows one state of the room at a time: the one that the address names, or that is chosen. `?state=talk&theme=dark
// &dir=rtl&lang=ar&width=360&accent=%237a3e9d`; with `&bare` nothing but the room, for pictures.

import "/chat-room.js";
import { ChatError } from "/natter-sdk.js";
import { HandChat, HandRoom, MODERATOR } from "/gallery-room.js";
import { LANGUAGES, STATES } from "/gallery-states.js";

const form = document.querySelector("#dress");
const stage = document.querySelector("#stage");
const names = Object.keys(STATES);
form.elements.state.append(...names.map((name) => new Option(name)));
form.elements.lang.append(...LANGUAGES.map((name) => new Option(name)));

/** How the room is shown where the address does not say. */
const USUAL = { state: names[0], theme: "auto", dir: "ltr", lang: "en", width: "760", accent: "#0b6e75" };

function read() {
  const asked = new URLSearchParams(location.search);
  document.documentElement.classList.toggle("bare", asked.has("bare"));
  return Object.fromEntries(Object.entries(USUAL).map(([name, usual]) => [name, asked.get(name) ?? usual]));
}

/** Shows a state; what is not named is as usual. Resolves when everything is drawn. */
async function show(wish) {
  const dress = { ...USUAL, ...wish };
  for (const [name, value] of Object.entries(dress)) form.elements[name].value = value;
  // The page as a whole turns around, as a page in Hebrew would: the bubble stands in its corner.
  document.documentElement.dir = dress.dir;
  document.documentElement.style.colorScheme = dress.theme === "auto" ? "" : dress.theme;
  stage.style.inlineSize = `${dress.width}px`;

  const room = document.createElement("chat-room");
  room.room = dress.state;
  room.theme = dress.theme;
  room.lang = dress.lang;
  // What one state left in the page's storage is not the next one's.
  sessionStorage.clear();
  if (dress.accent !== USUAL.accent) room.style.setProperty("--chat-accent", dress.accent);
  const then = STATES[dress.state]?.(room);
  stage.replaceChildren(room);
  await room.updateComplete;
  await isWorded(room);
  await then?.();
  await new Promise(requestAnimationFrame);
  await room.updateComplete;
  finish(document);
}

/** The words of a language are a file of their own, and come a moment later. */
async function isWorded({ isConnected, lang, renderRoot }) {
  const said = (face) => face?.ariaLabel ?? face?.textContent.trim();
  const isThere = () => said(renderRoot.querySelector("[part~=room]")) !== "";
  for (let tries = 0; isConnected && lang !== "en" && tries < 100 && !isThere(); tries++)
    await new Promise((done) => setTimeout(done, 20));
  for (const part of renderRoot.querySelectorAll("*")) await part.updateComplete;
}

/** What appears after a while has appeared, and what moves for ever stands where it began. */
function finish(root) {
  for (const animation of root.getAnimations()) {
    if (animation.effect?.getComputedTiming().endTime === Infinity) animation.cancel();
    else animation.finish();
  }
  for (const { shadowRoot } of root.querySelectorAll("*")) if (shadowRoot) finish(shadowRoot);
}

function showChosen() {
  const dress = Object.fromEntries(new FormData(form));
  const address = new URL(location.pathname, location.href);
  for (const [name, value] of Object.entries(dress)) {
    if (value !== USUAL[name] || name === "state") address.searchParams.set(name, value);
  }
  history.replaceState(null, "", address);
  return show(dress);
}

form.addEventListener("change", showChosen);
form.addEventListener("submit", (event) => event.preventDefault());
for (const button of form.querySelectorAll("[data-step]")) {
  button.addEventListener("click", () => {
    const at = names.indexOf(form.elements.state.value) + Number(button.dataset.step);
    form.elements.state.value = names.at(at % names.length);
    void showChosen();
  });
}

// For the tests, which go through all states without loading the page anew, and make some of their own.
globalThis.gallery = { names, show, stage, ChatError, HandChat, HandRoom, MODERATOR };
await show(read());
document.documentElement.dataset.shown = "";
