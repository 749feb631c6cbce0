import "../../src/index.ts";
import { addLanguage } from "../../src/strings/localizer.ts";
import { ar } from "../../src/strings/ar.ts";
import { ja } from "../../src/strings/ja.ts";
import { de } from "../../src/strings/de.ts";
import { STATES } from "./states.ts";

for (const language of [ar, ja, de]) addLanguage(language);

// ?state=name shows one, else all; ?dir=rtl and ?lang=… dress the page.
const wanted = new URLSearchParams(location.search);
document.documentElement.dir = wanted.get("dir") ?? "ltr";
document.documentElement.lang = wanted.get("lang") ?? "en";
const main = document.createElement("main");
document.body.append(main);
for (const [name, state] of Object.entries(STATES)) {
  if (!wanted.has("state") && (name === "bubble" || name === "open")) continue;
  if (wanted.has("state") && wanted.get("state") !== name) continue;
  const figure = document.createElement("figure");
  if (state.wide) figure.className = "wide";
  const caption = document.createElement("figcaption");
  caption.textContent = name;
  const room = document.createElement("chat-room");
  room.room = "lobby";
  state.make(room);
  figure.append(caption, room);
  main.append(figure);
}
