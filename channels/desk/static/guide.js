// What the agent reads out, and what he ticks once he has asked it. C ticks the next; the house confirms nothing before
// all of it is ticked. What is ticked, and what was noted, survives a reload.

import { alarm, h, key, say } from "./dom.js";
import { byId, desk, inHand } from "./state.js";
import { inLanguage, words } from "./words.js";

const CONFIRMING = ["confirmed", "changed"];

export function drawGuide(card) {
  const w = words();
  const lines = card.guide?.lines ?? [];
  const asks = lines.some((line) => line.ask);
  return h("section", { class: "panel guide", "aria-labelledby": "title-guide" },
    h("div", { class: "row" }, h("h3", { id: "title-guide" }, w.guide), asks && [h("small", { id: "asked" }),
      h("button", { type: "button", title: w.tick, onclick: tickNext }, h("span", { "aria-hidden": "true" }, "✓"), h("span", { class: "unseen" }, w.tick), key("C")),
      h("button", { type: "button", title: w.untick, onclick: untickLast }, h("span", { "aria-hidden": "true" }, "✗"), h("span", { class: "unseen" }, w.untick), key("⇧C"))]),
    lines.length ? h("ol", { class: "lines", tabindex: "0", "aria-label": w.guide }, lines.map((line) => drawLine(line, card.guide.language))) : h("p", { class: "muted" }, w.noGuide));
}

function drawLine(line, language) {
  return h("li", { class: line.ask ? "asks" : "" }, h("p", { lang: language }, line.say[language] ?? line.say.zh),
    line.ask && h("label", { class: "check" },
      h("input", { type: "checkbox", name: "check", value: line.line, form: "decision", onchange: keep }),
      h("span", {}, line.ask[inLanguage()] ?? line.ask.zh)));
}

const boxes = () => [...document.querySelectorAll("input[name=check]")];

export function tickNext() {
  if (!inHand()) return;
  const next = boxes().find((box) => !box.checked);
  if (next) set(next, true);
}

export function untickLast() {
  if (!inHand()) return;
  const last = boxes().findLast((box) => box.checked);
  if (last) set(last, false);
}

function set(box, checked) {
  box.checked = checked;
  keep();
  into(boxes().find((each) => !each.checked) ?? box);
  say(`${checked ? "✓" : "✗"} ${label(box)} · ${words().asked(ticked().length, boxes().length)}`);
}

// Its line, into the middle of the list; nothing else on the page moves.
function into(box) {
  const line = box.closest("li");
  const list = line.parentElement;
  list.scrollTop = line.offsetTop - list.offsetTop - (list.clientHeight - line.offsetHeight) / 2;
}

const label = (box) => box.closest("label").textContent;

export const ticked = () => boxes().filter((box) => box.checked).map((box) => box.value);

// Whether all was asked that this outcome needs; if not, it is said what is missing.
export function allAsked(outcome) {
  const missing = CONFIRMING.includes(outcome) ? boxes().filter((box) => !box.checked) : [];
  for (const box of boxes()) box.closest("li").classList.toggle("missing-ask", missing.includes(box));
  if (!missing.length) return "";
  into(missing[0]);
  const text = words().unasked(missing.map(label));
  alarm(text);
  return text;
}

// ── what survives a reload ──

const place = () => `hall.card.${desk.card?.id}`;

export function keep() {
  const shown = byId("asked");
  const all = boxes();
  if (shown) shown.textContent = words().asked(ticked().length, all.length);
  for (const box of all) {
    const line = box.closest("li");
    line.classList.toggle("done", box.checked);
    if (box.checked) line.classList.remove("missing-ask");
  }
  const next = all.find((box) => !box.checked);
  for (const box of all) box.closest("li").classList.toggle("next-ask", box === next);
  const note = document.querySelector("textarea[name=note]")?.value ?? "";
  sessionStorage.setItem(place(), JSON.stringify({ note, checks: ticked() }));
}

export function restore() {
  const kept = JSON.parse(sessionStorage.getItem(place()) ?? "null");
  const note = document.querySelector("textarea[name=note]");
  if (kept && note) {
    note.value = kept.note;
    for (const box of boxes()) box.checked = kept.checks.includes(box.value);
  }
  keep();
}

export const forget = () => sessionStorage.removeItem(place());
