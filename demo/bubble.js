// The page's own button opens the chat, and the calendars show what this month is good for.

const chat = document.querySelector("chat-room");
document.querySelector("#ask").addEventListener("click", () => chat.open());

const month = new Date().getMonth();
for (const calendar of document.querySelectorAll(".months")) calendar.children[month].classList.add("now");
