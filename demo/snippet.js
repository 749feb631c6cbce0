// The snippet boxes: their addresses are completed with this relay's own, so that what is shown works on any
// site, and the button copies what is shown.

for (const box of document.querySelectorAll(".snippet")) {
  const code = box.querySelector("code");
  const button = box.querySelector("button");
  const label = button.textContent;

  for (const line of code.children) {
    line.textContent = line.textContent.replace(/(src|href)="\//g, `$1="${location.origin}/`);
  }

  button.addEventListener("click", async () => {
    button.textContent = (await copied(code)) ? "Copied" : "Press Ctrl+C";
    setTimeout(() => (button.textContent = label), 2500);
  });
}

// Browsers refuse the clipboard to pages that came over plain http from another machine: there the text is
// selected instead, one key away from being copied.
async function copied(code) {
  try {
    await navigator.clipboard.writeText(code.textContent);
    return true;
  } catch {
    getSelection().selectAllChildren(code);
    return false;
  }
}
