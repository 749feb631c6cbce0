// Two guests on one page. Rooms on a page share one connection as long as they share one identity; here each
// element is given a guest of its own, as a page of yours would give it the token of whoever is signed in.

import "/chat-room.js";

for (const seat of document.querySelectorAll("[data-guest]")) {
  const chat = document.createElement("chat-room");
  chat.room = "rehearsal";
  chat.getToken = () => guestToken(seat.dataset.guest);
  seat.append(chat);
}

/** The same key is the same guest again: after a reload, and whenever a token has to be renewed. */
async function guestToken(name) {
  const key = (sessionStorage[name] ??= Array.from(crypto.getRandomValues(new Uint32Array(4))).join("-"));
  const response = await fetch("/v1/guest", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ name, key }),
  });
  if (!response.ok) throw new Error(`The relay made no guest: ${response.status}`);
  return (await response.json()).token;
}
