// A chat room with the browser's own WebSocket and nothing else.

const room = new URLSearchParams(location.search).get("room") || "lobby";
const address = new URL(`/ws/chat/${encodeURIComponent(room)}/`, location.href);
address.protocol = address.protocol.replace("http", "ws");

const log = document.querySelector("#chat-log");
const input = document.querySelector("#chat-message-input");
const state = document.querySelector("#chat-state");

document.querySelector("#room-name").textContent = room;
document.querySelector("#wire-address").textContent = address.href;

const socket = new WebSocket(address);

socket.addEventListener("open", () => {
  state.textContent = "Connected";
});

socket.addEventListener("message", (event) => {
  log.value += JSON.parse(event.data).message + "\n";
  log.scrollTop = log.scrollHeight;
});

socket.addEventListener("close", (event) => {
  state.textContent = `The line is closed${event.reason ? `: ${event.reason}` : ""}. Reload the page to try again.`;
});

document.querySelector("#chat-form").addEventListener("submit", (event) => {
  event.preventDefault();
  const message = input.value.trim();
  if (message === "" || socket.readyState !== WebSocket.OPEN) return;
  socket.send(JSON.stringify({ message }));
  input.value = "";
});
