// A front end of one's own: a map of the sky that many people look at together. Pointers and sparks travel as
// signals, which nobody stores; what people write is messages, which a relay keeps, and each may name a star.

import { connect } from "/natter-sdk.js";

const chat = connect({ relay: location.origin });
const room = chat.room("sky");

const $ = (selector) => document.querySelector(selector);
const map = $("#map");
const log = $("#log");
const about = $("#about");
const stars = [...map.querySelectorAll(".named")].map((group) => ({
  name: group.dataset.star,
  at: group.transform.baseVal.consolidate().matrix,
  halo: group.querySelector(".halo"),
}));
about.append(...stars.map(({ name }) => new Option(name)));

// The line and the room: everything drawn below comes from these two subscriptions.

chat.subscribe(drawState);
room.subscribe((view) => {
  drawState();
  drawPeople(view);
  drawLog(view.messages);
  drawHalos(view.messages);
});
drawState();

function drawState() {
  const { state } = chat;
  const said = {
    open: "Live",
    waiting: "Offline. What you write is kept and sent later",
    refused: state.error?.message,
    closed: "Closed",
  };
  $("#state").textContent = said[state.status] ?? "Connecting";
  $("#state").dataset.status = state.status;
}

function drawPeople({ members, count }) {
  const names = members.map(({ id, name }) => (id === chat.user?.id ? "you" : name));
  $("#people").textContent = names.length > 0 ? `Looking up: ${names.join(", ")}` : `Looking up: ${count}`;
}

// Messages. Views are immutable: an entry is touched only when its message is another object than before.

const entries = new Map();

function drawLog(messages) {
  const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 40;
  messages.forEach((message, i) => {
    const entry = entries.get(message.id) ?? newEntry(message.id);
    if (entry.message !== message) fill(entry, message);
    if (log.children[i] !== entry.element) log.insertBefore(entry.element, log.children[i] ?? null);
  });
  while (log.children.length > messages.length) log.lastElementChild.remove();
  if (atEnd) log.scrollTop = log.scrollHeight;
}

function newEntry(id) {
  const element = $("#entry").content.firstElementChild.cloneNode(true);
  const entry = { element };
  entries.set(id, entry);
  element.addEventListener("click", (event) => act(event.target.dataset.do, entry.message));
  return entry;
}

function fill(entry, message) {
  const { element } = entry;
  const { by, text, at, data, state, deletedAt, error } = message;
  const agreed = message.reactions?.["⭐"] ?? { count: 0, mine: false };
  const time = state === "pending" ? "sending" : new Date(at).toLocaleTimeString([], { timeStyle: "short" });
  const part = (selector) => element.querySelector(selector);

  part("b").textContent = by.name;
  part("span").textContent = [data?.star, state === "failed" ? error?.message : time]
    .filter(Boolean)
    .join(" · ");
  part(".text").textContent = deletedAt ? "Taken back" : text;
  part("[data-do=agree]").textContent = `⭐ ${agreed.count || "I see it too"}`;
  part("[data-do=agree]").ariaPressed = agreed.mine;
  part("[data-do=agree]").hidden = Boolean(state ?? deletedAt);
  for (const name of ["retry", "discard"]) part(`[data-do=${name}]`).hidden = state !== "failed";
  element.dataset.state = state ?? "stored";
  entry.message = message;
}

function act(what, message) {
  if (what === "retry") room.retry(message.id);
  if (what === "discard") room.discard(message.id);
  if (what === "agree") room.react(message.seq, "⭐", !message.reactions?.["⭐"]?.mine);
}

function drawHalos(messages) {
  for (const { name, halo } of stars) {
    const count = messages.filter(({ data, deletedAt }) => data?.star === name && !deletedAt).length;
    halo.setAttribute("r", count && 9 + 4 * Math.sqrt(count));
  }
}

$("#composer").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = $("#say").value.trim();
  if (!text) return;
  // The view shows it at once, and shows if it fails: there is nothing to do with the promise here.
  room.post(text, about.value ? { data: { star: about.value } } : {}).catch(() => {});
  $("#composer").reset();
});

// Pointers and sparks.

const cursors = new Map();
let pointedAt = 0;

map.addEventListener("pointermove", (event) => {
  if (event.timeStamp - pointedAt < 80) return;
  pointedAt = event.timeStamp;
  room.signal("cursor", place(event));
});

map.addEventListener("click", (event) => {
  const here = place(event);
  const distance = ({ at }) => Math.hypot(at.e - here.x, at.f - here.y);
  about.value = stars.reduce((a, b) => (distance(a) < distance(b) ? a : b)).name;
  drawSpark(here);
  room.signal("spark", here);
});

room.on("signal", ({ name, data, by }) => {
  if (by.id === chat.user?.id || !Number.isFinite(data?.x) || !Number.isFinite(data?.y)) return;
  if (name === "cursor") drawCursor(by, data);
  if (name === "spark") drawSpark(data);
});

/** Where on the chart, in its own units, whatever size it has on this screen. */
function place({ clientX, clientY }) {
  const point = new DOMPoint(clientX, clientY).matrixTransform(map.getScreenCTM().inverse());
  return { x: Math.round(point.x), y: Math.round(point.y) };
}

function drawCursor(by, { x, y }) {
  const cursor = cursors.get(by.id) ?? { group: svg("g"), forget: 0 };
  cursors.set(by.id, cursor);
  if (!cursor.group.isConnected) {
    cursor.group.replaceChildren(
      svg("path", { d: "M0 0l5 15 3.5-6.500 6.500-3.500z" }),
      svg("text", { x: 14, y: 24 }),
    );
    cursor.group.lastChild.textContent = by.name;
    $("#cursors").append(cursor.group);
  }
  cursor.group.setAttribute("transform", `translate(${x} ${y})`);
  clearTimeout(cursor.forget);
  cursor.forget = setTimeout(() => cursor.group.remove(), 6000);
}

function drawSpark({ x, y }) {
  const spark = svg("circle", { class: "spark", cx: x, cy: y, r: 26 });
  $("#sparks").append(spark);
  setTimeout(() => spark.remove(), 1400);
}

function svg(tag, attributes = {}) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}
