// Names that may be meant, while somebody types one. Without this the fields offer what the page came with.
"use strict";

for (const field of document.querySelectorAll("input[data-suggest]")) {
  const list = field.list;
  let asked = 0;
  let waiting;

  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, 120);
  });

  async function ask() {
    const begun = field.value.trim();
    const mine = ++asked;
    if (!begun) return;
    const answer = await fetch(`${field.dataset.suggest}?q=${encodeURIComponent(begun.slice(0, 60))}`);
    if (!answer.ok || mine !== asked) return;
    const found = (await answer.json())[field.dataset.of];
    list.replaceChildren(...found.map(option));
  }
}

function option(one) {
  const made = document.createElement("option");
  made.value = one.path ? one.path.join("") : one.label;
  made.label = (one.path ? one.name_en : one.label_en) || "";
  return made;
}
