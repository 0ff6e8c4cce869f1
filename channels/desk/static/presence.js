// What I am doing: shown at the top with its clock, amber when it takes long and red when too long. Z pauses, for a reason
// that a digit chooses, and goes on again. The rest follows by itself from what one does.

import { api } from "./api.js";
import { alarm, h, key, say } from "./dom.js";
import { liveWords } from "./live_words.js";
import { byId, clockFrom, desk, now } from "./state.js";
import { banner, once } from "./told.js";
import { age, inLanguage, minutes, words } from "./words.js";

const SOON = 0.8;

let mine = null;
let reasons = [];
let warned = 0;

export const nameOf = (code) => reasons.find((each) => each.code === code)?.names[inLanguage()] ?? code;

export function drawPresence() {
  return h("button", { type: "button", id: "presence", class: "presence", onclick: changeState, hidden: !mine },
    h("span", { id: "presence-name" }), h("span", { id: "presence-clock", class: "number" }), key("Z"));
}

export function forgetPresence() {
  mine = null;
}

export async function askPresence() {
  const told = await api.state();
  reasons = told.reasons;
  clockFrom(told);
  showPresence(told);
}

export function showPresence(told) {
  const before = mine;
  mine = told;
  if (before && before.since !== told.since) warned = 0;
  if (before && before.state !== told.state && told.by && told.by !== desk.session?.name && told.state === "paused") byOther(told);
  tickPresence();
}

function byOther(told) {
  const text = liveWords().byOther(told.by, called(told));
  banner(text, "bad");
  alarm(text);
}

export const called = (told) => [liveWords().states[told.state] ?? told.state, told.reason && nameOf(told.reason)].filter(Boolean).join(" · ");

// How near it is to its limit: "", "soon" or "over".
export function level(told, at) {
  if (!told.limit) return "";
  const share = (at - told.since) / told.limit;
  return share >= 1 ? "over" : share >= SOON ? "soon" : "";
}

export function tickPresence() {
  const button = byId("presence");
  if (!button || !mine) return;
  const w = liveWords();
  const how = level(mine, now());
  button.hidden = false;
  button.className = `presence ${how}`;
  button.dataset.state = mine.state;
  button.title = [w.doing, mine.then && w.thenPause(nameOf(mine.then)), mine.state === "paused" ? w.goOn : w.pause].filter(Boolean).join(" · ");
  byId("presence-name").textContent = called(mine) + (mine.then ? ` → ${nameOf(mine.then)}` : "");
  byId("presence-clock").textContent = minutes(Math.max(0, Math.floor(now() - mine.since))) + (how === "over" ? " !" : "");
  if (how === "over" && !warned) {
    warned = now();
    alarm(w.tooLong(called(mine), age(mine.limit)));
  }
}

// Z: a pause, or the end of it.
export function changeState() {
  if (!mine) return undefined;
  return mine.state === "paused" || mine.then ? change({ state: "ready" }) : choosePause();
}

async function change(wanted) {
  const told = await once(() => api.setState(wanted));
  if (!told) return undefined;
  clockFrom(told);
  showPresence(told);
  const w = liveWords();
  const text = told.then ? w.thenPause(nameOf(told.then)) : told.state === "paused" ? w.paused(nameOf(told.reason)) : w.ready;
  return say(text);
}

function choosePause() {
  const w = liveWords();
  const take = (reason) => { box.close(); change({ state: "paused", reason: reason.code }); };
  const rows = reasons.map((reason, place) => h("li", {},
    h("button", { type: "button", onclick: () => take(reason) }, key(String(place + 1)), reason.names[inLanguage()] ?? reason.code,
      reason.limit && h("small", {}, w.upTo(age(reason.limit))))));
  const box = h("dialog", { class: "pausing", id: "pausing", "aria-labelledby": "pausing-title", onclose: () => box.remove(),
    onkeydown: (event) => { const reason = reasons[Number(event.key) - 1]; if (reason) { event.preventDefault(); event.stopPropagation(); take(reason); } } },
    h("h2", { id: "pausing-title" }, w.pauseWhy), h("p", { class: "muted" }, w.pauseHint), h("ol", {}, rows),
    h("form", { method: "dialog" }, h("button", {}, words().back, key("Esc"))));
  document.body.append(box);
  box.showModal();
}
