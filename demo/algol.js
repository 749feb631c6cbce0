// The figure one can drag, and the date of the next eclipse.

// A minimum that was watched on 18 September 2022, and the time from one to the next: good to about half an hour.
const observedAt = Date.UTC(2022, 8, 18, 1, 31);
const periodMs = 2.867351 * 24 * 60 * 60 * 1000;

/** When the first middle of an eclipse after `now` comes, in milliseconds since 1970. */
function nextMinimum(now) {
  return observedAt + Math.ceil((now - observedAt) / periodMs) * periodMs;
}

/** The magnitude of Algol so many hours from the middle of an eclipse; larger is fainter. */
function magnitude(hours) {
  const phase = Math.min(Math.abs(hours) / 4.8, 1);
  return 2.1 + 1.3 * Math.cos((phase * Math.PI) / 2) ** 2.4;
}

const minimum = nextMinimum(Date.now());
const date = new Intl.DateTimeFormat("en-GB", { weekday: "long", hour: "numeric", minute: "2-digit" });
const time = Object.assign(document.createElement("time"), {
  dateTime: new Date(minimum).toISOString(),
  textContent: date.format(minimum),
});
document
  .querySelector("#next-minimum")
  .replaceChildren("The next eclipse is deepest on ", time, ", by your clock, give or take half an hour.");

const slider = document.querySelector("#eclipse-hours");
const reading = document.querySelector("#eclipse-reading");
const star = document.querySelector("#eclipse-star");
const dot = document.querySelector("#eclipse-dot");

function draw() {
  const hours = slider.valueAsNumber;
  const brightness = magnitude(hours);
  star.setAttribute("r", 11 * 10 ** (-0.2 * (brightness - 2.1)));
  dot.setAttribute("cx", 320 + hours * 35);
  dot.setAttribute("cy", 150 + (brightness - 2.1) * 100);
  reading.textContent = `${when(hours)}: magnitude ${brightness.toFixed(1)}, ${share(brightness)}`;
}

function when(hours) {
  if (hours === 0) return "The middle of the eclipse";
  const whole = Math.floor(Math.abs(hours));
  const minutes = (Math.abs(hours) - whole) * 60;
  const length = [whole && `${whole} h`, minutes && `${minutes} min`].filter(Boolean).join(" ");
  return `${length} ${hours < 0 ? "before" : "after"}`;
}

function share(brightness) {
  const percent = Math.round(100 * 10 ** (-0.4 * (brightness - 2.1)));
  return percent === 100 ? "as bright as ever" : `${percent}% of its light`;
}

slider.parentElement.hidden = false;
slider.addEventListener("input", draw);
draw();
