// What an agent hears about an order that a supervisor should look after: said from the card, without leaving it.

import { api } from "./api.js";
import { h, key, say } from "./dom.js";
import { desk, inHand } from "./state.js";
import { banner, once } from "./told.js";
import { words } from "./words.js";

const REPORTED = ["not_delivered", "payment_missing", "lost", "other"];

export function trouble() {
  if (!inHand() || !desk.card.order) return;
  const w = words();
  const { number } = desk.card.order;
  const close = () => box.close();
  const form = h("form", { onsubmit: async (event) => { event.preventDefault(); if (await report(number, form)) close(); } },
    h("fieldset", {}, h("legend", {}, `${w.order} ${number}`), REPORTED.map(drawProblem)),
    h("label", {}, w.note, h("textarea", { name: "trouble_note", rows: "2", maxlength: "2000" })),
    h("p", { class: "buttons" },
      h("button", { class: "strong" }, w.report, key("↵")),
      h("button", { type: "button", onclick: close }, w.back, key("Esc"))));
  const box = h("dialog", { class: "publishing", id: "trouble", "aria-label": w.trouble, onclose: () => box.remove() }, h("h2", {}, w.trouble), form);
  document.body.append(box);
  box.showModal();
}

const drawProblem = (problem, place) => h("label", { class: "act" },
  h("input", { type: "radio", name: "problem", value: problem, checked: place === 0 }), words().problems[problem]);

async function report(number, form) {
  const done = await once(() => told(number, form.elements.problem.value, form.elements.trouble_note.value.trim()));
  if (!done) return false;
  const text = done === "known" ? words().troubleKnown(number) : words().troubleTold(number);
  banner(text);
  say(text);
  return true;
}

// What is known already is no reason to take the order out of his hands.
async function told(number, problem, note) {
  try {
    await api.report(number, problem, note);
    return "told";
  } catch (refused) {
    if (refused.refusal === "not_abnormal") return "known";
    throw refused;
  }
}
