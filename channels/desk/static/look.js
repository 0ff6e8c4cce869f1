// Any order, by its number, as on its card but only to be read. Who looked stands in the access log.

import { api } from "./api.js";
import { drawCard } from "./card.js";
import { h, say } from "./dom.js";
import { redraw } from "./lead.js";
import { liveWords } from "./live_words.js";
import { byId } from "./state.js";
import { once } from "./told.js";

const NOT_HERE = [".decision", ".lease", ".phone", ".guide", ".buttons"];

let shown = null;
let number = "";

export const look = {
  title: () => liveWords().look,
  opens: async () => { shown = null; setTimeout(() => byId("look-number")?.focus()); },
  draws: () => h("article", { class: "board looking" },
    h("h2", { id: "card-title", tabindex: "-1" }, liveWords().look), h("p", { class: "muted" }, liveWords().lookHint), drawForm(), shown && drawOrder()),
};

function drawForm() {
  return h("form", { class: "finding", onsubmit: find },
    h("label", {}, h("span", { class: "unseen" }, liveWords().orderNumber),
      h("input", { id: "look-number", name: "number", inputmode: "numeric", pattern: "[0-9]{6,30}", required: true, autocomplete: "off", value: number, placeholder: liveWords().orderNumber })),
    h("button", { class: "strong" }, liveWords().find));
}

async function find(event) {
  event.preventDefault();
  number = event.target.elements.number.value.trim();
  const card = await once(() => api.order(number));
  if (!card) return;
  shown = card;
  redraw();
  byId("looked")?.focus();
  say(`${liveWords().look} ${number}`);
}

function drawOrder() {
  const card = drawCard(shown, {});
  for (const part of NOT_HERE) for (const each of card.querySelectorAll(part)) each.remove();
  for (const each of card.querySelectorAll("[id=card-title]")) each.id = "looked";
  card.id = "";
  card.setAttribute("aria-labelledby", "looked");
  card.classList.add("looked");
  return card;
}
