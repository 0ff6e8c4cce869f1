// Dead letters: what was to be said and was given up, why, and giving it another life.

import { api } from "./api.js";
import { h, key, say } from "./dom.js";
import { byId, clockFrom, desk } from "./state.js";
import { banner, once, told } from "./told.js";
import { time, words } from "./words.js";

export function drawLetters({ letters, count }) {
  const w = words();
  return h("article", { class: "board" },
    h("h2", { id: "card-title", tabindex: "-1" }, w.lettersTitle),
    h("p", { class: "muted" }, count ? w.lettersCount(letters.length, count) : w.lettersNone),
    h("ol", { class: "letters", id: "letters" }, letters.map(drawLetter)));
}

function drawLetter(letter) {
  const w = words();
  const why = w.whys[letter.why] ?? letter.why;
  return h("li", { class: "panel letter", tabindex: "0", "data-letter": letter.id, "aria-label": `${letter.subscriber}: ${why}` },
    h("div", { class: "row" }, h("strong", { class: "number" }, letter.subscriber), h("span", { class: "muted number" }, `${w.died} ${time(letter.died_at)}`)),
    h("p", { class: "why-not" }, why, letter.reason && h("small", {}, ` ${letter.reason}`)),
    h("p", { class: "said" }, letter.text),
    h("p", { class: "muted" }, [letter.service, letter.tries && w.tries(letter.tries), ...letter.resent.map((each) => w.resentBy(each.by, time(each.at)))].filter(Boolean).join(" · ")),
    h("button", { type: "button", onclick: () => resendLetter(letter.id) }, w.resend, key("R")));
}

// The list is drawn anew only when it has changed, and whoever was on a letter stays on it, or on its neighbour.
export async function refreshLetters() {
  const before = JSON.stringify(desk.letters?.letters);
  const open = Boolean(desk.letters);
  desk.letters = await api.letters();
  clockFrom(desk.letters);
  if (open && before !== JSON.stringify(desk.letters.letters)) redraw();
  return true;
}

function redraw() {
  const place = items().indexOf(here());
  const id = here()?.dataset.letter;
  byId("main").replaceChildren(drawLetters(desk.letters));
  if (place < 0) return;
  const same = items().find((item) => item.dataset.letter === id);
  (same ?? items()[Math.min(place, items().length - 1)] ?? byId("card-title")).focus();
}

const items = () => [...document.querySelectorAll(".letter")];
const here = () => document.activeElement?.closest(".letter");

export function moveLetter(by) {
  const all = items();
  if (!all.length) return;
  const place = all.indexOf(here());
  const wanted = place < 0 ? 0 : Math.min(all.length - 1, Math.max(0, place + by));
  all[wanted].focus();
}

export async function resendLetter(id = here()?.dataset.letter) {
  if (!id) return moveLetter(1);
  const done = await once(() => api.resend(id));
  await refreshLetters().catch(told);
  if (!done) return undefined;
  banner(words().resentDone);
  return say(words().resentDone);
}
