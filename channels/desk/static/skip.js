// Leaving a task to the others, with a reason; and noting something, whatever becomes of the call.

import { api } from "./api.js";
import { redrawAttempts } from "./card.js";
import { h, key, say } from "./dom.js";
import { forget, keep } from "./guide.js";
import { finish } from "./hand.js";
import { desk, inHand } from "./state.js";
import { banner, once } from "./told.js";
import { words } from "./words.js";

const REASONS = ["language", "acquainted", "supervisor", "technical", "other"];

export function skip() {
  if (!inHand()) return;
  const w = words();
  const { id } = desk.card;
  const box = h("dialog", { class: "skipping", "aria-labelledby": "skip-title", onclose: () => box.remove(), onkeydown: (event) => pick(event, box) },
    h("form", { onsubmit: (event) => leave(event, box, id) },
      h("h2", { id: "skip-title" }, w.skipTitle), h("p", { class: "muted" }, w.skipHint),
      h("fieldset", {}, h("legend", { class: "unseen" }, w.skipTitle), REASONS.map((reason, place) =>
        h("label", { class: "act" }, h("input", { type: "radio", name: "reason", value: reason, required: true }), h("span", { class: "grow" }, w.skipReasons[reason]), key(String(place + 1))))),
      h("label", {}, w.skipNote, h("input", { name: "note", maxlength: "2000", autocomplete: "off" })),
      h("p", { class: "buttons" },
        h("button", { class: "strong" }, w.skip, key("↵")),
        h("button", { type: "button", onclick: () => box.close() }, w.back, key("Esc")))));
  document.body.append(box);
  box.showModal();
}

function pick(event, box) {
  const reason = REASONS[Number(event.key) - 1];
  if (!reason || event.target.matches("input[name=note]")) return;
  const radio = box.querySelector(`input[value=${reason}]`);
  radio.checked = true;
  radio.focus();
  if (reason === "other") box.querySelector("input[name=note]").focus();
  event.preventDefault();
}

async function leave(event, box, id) {
  event.preventDefault();
  const fields = new FormData(event.target);
  const done = await once(async () => { await api.skip(id, fields.get("reason"), fields.get("note").trim()); return true; });
  box.close();
  if (!done) return;
  forget();
  finish(words().skipped);
}

export async function keepNote() {
  const field = document.querySelector("textarea[name=note]");
  if (!inHand() || !field?.value.trim()) return;
  const { id } = desk.card;
  const remark = await once(() => api.note(id, field.value.trim()));
  if (!remark || desk.card?.id !== id) return;
  desk.card.remarks.push(remark);
  field.value = "";
  keep();
  redrawAttempts(desk.card);
  banner(words().noteKept);
  say(words().noteKept);
}
