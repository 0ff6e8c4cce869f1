// What nobody understood: alike with alike, and one action that says what it means.

import { api } from "./api.js";
import { h, key, say } from "./dom.js";
import { byId, clockFrom, desk } from "./state.js";
import { banner, once, told } from "./told.js";
import { time, words } from "./words.js";

export function drawMisunderstood({ texts, meanings }) {
  const w = words();
  return h("article", { class: "board" },
    h("h2", { id: "card-title", tabindex: "-1" }, w.misunderstoodTitle),
    h("p", { class: "muted" }, texts.length ? w.misunderstoodHint : w.misunderstoodNone),
    h("ol", { class: "letters", id: "misunderstood" }, texts.map((each) => drawText(each, meanings))));
}

function drawText(each, meanings) {
  const w = words();
  const form = h("form", { class: "teaching", onsubmit: (event) => { event.preventDefault(); teach(form); } },
    h("input", { name: "text", value: each.text, maxlength: 200, required: true, "aria-label": w.phrase }),
    h("select", { name: "meaning", required: true, "aria-label": w.means, onkeydown: (event) => { if (event.key === "Enter") form.requestSubmit(); } },
      h("option", { value: "" }, w.means), meanings.map((name) => h("option", { value: name }, w.meanings[name] ?? name))),
    h("button", { class: "strong" }, w.teach, key("A")),
    h("button", { type: "button", onclick: () => teach(form, "none") }, w.meanings.none, key("X")));
  return h("li", { class: "panel heard", tabindex: "0", "data-text": each.text, "aria-label": `${each.text}: ${w.times(each.times)}` },
    h("div", { class: "row" }, h("strong", { class: "said" }, each.text), h("span", { class: "muted number" }, `${w.times(each.times)} · ${time(each.last_at)}`)),
    each.others.length > 0 && h("p", { class: "muted said" }, each.others.join(" · ")),
    form);
}

// Drawn anew only when it has changed, and never under the hands of somebody who is teaching.
export async function refreshMisunderstood() {
  const before = JSON.stringify(desk.misunderstood?.texts);
  const open = Boolean(desk.misunderstood);
  const fresh = await api.misunderstood();
  clockFrom(fresh);
  if (open && document.activeElement?.closest(".teaching")) return true;
  desk.misunderstood = fresh;
  if (open && before !== JSON.stringify(fresh.texts)) redraw();
  return true;
}

function redraw() {
  const place = items().indexOf(here());
  const text = here()?.dataset.text;
  byId("main").replaceChildren(drawMisunderstood(desk.misunderstood));
  if (place < 0) return;
  const same = items().find((item) => item.dataset.text === text);
  (same ?? items()[Math.min(place, items().length - 1)] ?? byId("card-title")).focus();
}

const items = () => [...document.querySelectorAll(".heard")];
const here = () => document.activeElement?.closest(".heard");

export function moveText(by) {
  const all = items();
  if (!all.length) return;
  const place = all.indexOf(here());
  const wanted = place < 0 ? 0 : Math.min(all.length - 1, Math.max(0, place + by));
  all[wanted].focus();
}

// From the keys: what it means is chosen next, and Enter teaches it.
export function chooseMeaning() {
  if (!here()) moveText(1);
  here()?.querySelector("select")?.focus();
}

export function meansNothing() {
  if (!here()) return moveText(1);
  return teach(here().querySelector("form"), "none");
}

async function teach(form, meaning = form.elements.meaning.value) {
  const done = await once(() => api.teach(form.elements.text.value, meaning));
  if (!done) return undefined;
  form.closest(".heard").focus();
  await refreshMisunderstood().catch(told);
  const what = words().taught(done.text, words().meanings[done.meaning] ?? done.meaning);
  banner(what);
  return say(what);
}
