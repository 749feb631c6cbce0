// A front end of one's own: a map of the sky that many people look at together. Pointers and sparks travel as
// signals, which nobody stores; what people write is messages, which the relay keeps, and each may name a star.

import { connect } from "/natter-sdk.js";

const chat = connect({ relay: location.origin });
const room = chat.room("sky");

const $ = (selector, within = document) => within.querySelector(selector);
const map = $("#map");
const log = $("#log");
const stars = [...map.querySelectorAll(".named")].map((group) => ({
  name: group.dataset.star,
  at: group.transform.baseVal.consolidate().matrix,
  halo: $(".halo", group),
}));
$("#about").append(...stars.map(({ name }) => new Option(name)));

// Everything on the page but pointers and sparks is drawn from these two objects, whenever one has changed.

function draw() {
  const { messages, members, count } = room.view();
  drawState(chat.state);
  const names = members.map(({ id, name }) => (id === chat.user?.id ? "you" : name));
  $("#people").textContent = `Looking up: ${names.join(", ") || count}`;
  drawLog(messages);
  for (const { name, halo } of stars) {
    const lines = messages.filter(({ data, deletedAt }) => data?.star === name && !deletedAt);
    halo.setAttribute("r", lines.length && 9 + 4 * Math.sqrt(lines.length));
  }
}

chat.subscribe(draw);
room.subscribe(draw);
draw();

function drawState({ status, error }) {
  const words = {
    open: "Live",
    waiting: "Offline, trying again",
    refused: error?.message,
    closed: "Closed",
  };
  $("#state").textContent = words[status] ?? "Connecting";
  $("#state").dataset.status = status;
}

// Messages. They are immutable: an entry is filled again only when its message is another object than before.

const entries = new Map();

function drawLog(messages) {
  const wasAtEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 40;
  messages.forEach((message, i) => {
    const entry = entries.get(message.id) ?? newEntry(message.id);
    if (entry.message !== message) fill(entry, message);
    if (log.children[i] !== entry.element) log.insertBefore(entry.element, log.children[i] ?? null);
  });
  while (log.children.length > messages.length) log.lastElementChild.remove();
  if (wasAtEnd) log.scrollTop = log.scrollHeight;
}

function newEntry(id) {
  const entry = { element: $("#entry").content.firstElementChild.cloneNode(true) };
  entries.set(id, entry);
  entry.element.addEventListener("click", ({ target }) => act(target.dataset.do, entry.message));
  return entry;
}

function fill(entry, message) {
  const { element } = entry;
  const { by, text, at, data, state, deletedAt, error } = message;
  const seen = message.reactions?.["⭐"] ?? { count: 0, mine: false };
  const clock = new Date(at).toLocaleTimeString([], { timeStyle: "short" });
  const note = { pending: "to be sent", failed: error?.message }[state] ?? clock;

  $("b", element).textContent = by.name;
  $("span", element).textContent = data?.star ? `${data.star} · ${note}` : note;
  $(".text", element).textContent = deletedAt ? "Taken back" : text;
  $("[data-do=see]", element).textContent = `⭐ ${seen.count || "I see it too"}`;
  $("[data-do=see]", element).ariaPressed = seen.mine;
  $("[data-do=see]", element).hidden = Boolean(state || deletedAt);
  $("[data-do=retry]", element).hidden = state !== "failed";
  $("[data-do=discard]", element).hidden = state !== "failed";
  element.dataset.state = state ?? "stored";
  entry.message = message;
}

function act(what, { id, seq, reactions }) {
  if (what === "see") room.react(seq, "⭐", !reactions?.["⭐"]?.mine);
  if (what === "retry") room.retry(id);
  if (what === "discard") room.discard(id);
}

$("#composer").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = $("#say").value.trim();
  const star = $("#about").value;
  // Its way from "sending" to stored or refused shows in the view, so the promise is of no use here.
  if (text) room.post(text, star ? { data: { star } } : {});
  $("#say").value = "";
});

// Pointers and sparks. What others send is theirs to choose, so it is checked before it is drawn.

let pointedAt = 0;

map.addEventListener("pointermove", (event) => {
  if (event.timeStamp - pointedAt < 80) return;
  pointedAt = event.timeStamp;
  room.signal("cursor", place(event));
});

map.addEventListener("click", (event) => {
  const { x, y } = place(event);
  const distance = ({ at }) => Math.hypot(at.e - x, at.f - y);
  $("#about").value = stars.reduce((a, b) => (distance(a) < distance(b) ? a : b)).name;
  drawSpark(x, y);
  room.signal("spark", { x, y });
});

room.on("signal", ({ name, data, by }) => {
  if (by.id === chat.user?.id || !Number.isFinite(data?.x) || !Number.isFinite(data?.y)) return;
  if (name === "cursor") drawCursor(by, data.x, data.y);
  if (name === "spark") drawSpark(data.x, data.y);
});

/** Where on the map, in its own units: the same place on every screen. */
function place({ clientX, clientY }) {
  const point = new DOMPoint(clientX, clientY).matrixTransform(map.getScreenCTM().inverse());
  return { x: Math.round(point.x), y: Math.round(point.y) };
}

function drawSpark(x, y) {
  const spark = svg("circle", { class: "spark", cx: x, cy: y, r: 26 });
  $("#sparks").append(spark);
  setTimeout(() => spark.remove(), 1400);
}

const cursors = new Map();

function drawCursor({ id, name }, x, y) {
  const cursor = cursors.get(id) ?? svg("g", {});
  if (!cursors.has(id)) {
    cursor.append(svg("path", { d: "M0 0l5 15 3.5-6.5 6.5-3.5z" }), svg("text", { x: 14, y: 24 }, name));
    cursors.set(id, cursor);
  }
  $("#cursors").append(cursor);
  cursor.setAttribute("transform", `translate(${x} ${y})`);
  clearTimeout(cursor.idle);
  cursor.idle = setTimeout(() => cursor.remove(), 6000);
}

function svg(tag, attributes, text = "") {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.textContent = text;
  return element;
}
