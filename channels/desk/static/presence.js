// What I am doing: shown at the top with its clock, amber when it takes long and red when too long. Z pauses, for a reason
// that a digit chooses, and goes on again. The rest follows by itself from what one does.
//
// The time to wrap up runs down. It is told where the next card would be, so that one sees why nobody rings: R ends it, E
// makes it longer, the next card ends it too.

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
  if (told.ends_at) return at >= told.ends_at && told.task ? "over" : told.ends_at - at <= (1 - SOON) * told.limit ? "soon" : "";
  const share = (at - told.since) / told.limit;
  return share >= 1 ? "over" : share >= SOON ? "soon" : "";
}

// For how long, or how much is left of the time to wrap up.
export const clockOf = (told, at) => (told.ends_at && at < told.ends_at
  ? liveWords().left(minutes(Math.ceil(told.ends_at - at))) : minutes(Math.max(0, Math.floor(at - told.since))));

const wrapping = () => mine?.state === "wrap_up" && mine.ends_at;
const idle = () => wrapping() && !mine.task;

export function tickPresence() {
  tickWrapUp();
  const button = byId("presence");
  if (!button || !mine) return;
  const w = liveWords();
  const how = level(mine, now());
  button.hidden = false;
  button.className = `presence ${how}`;
  button.dataset.state = mine.state;
  button.title = [w.doing, mine.then && w.thenPause(nameOf(mine.then)), mine.state === "paused" ? w.goOn : w.pause].filter(Boolean).join(" · ");
  byId("presence-name").textContent = called(mine) + (mine.then ? ` → ${nameOf(mine.then)}` : "");
  byId("presence-clock").textContent = clockOf(mine, now()) + (how === "over" ? " !" : "");
  if (how === "over" && !warned) {
    warned = now();
    alarm(w.tooLong(called(mine), age(mine.limit)));
  }
}

// ── the time to wrap up ──

export function drawWrapUp() {
  const w = liveWords();
  return h("section", { id: "wrapping", class: "panel wrapping", hidden: true, "aria-labelledby": "wrapping-title" },
    h("h3", { id: "wrapping-title" }, `${w.states.wrap_up} `, h("span", { id: "wrapping-left", class: "number" })),
    h("p", { class: "muted" }, w.wrapping),
    h("p", { class: "buttons" }, h("button", { type: "button", onclick: endWrapUp }, w.readyNow, key("R")),
      h("button", { type: "button", onclick: longer }, w.moreTime, key("E"))));
}

function tickWrapUp() {
  const place = byId("wrapping");
  if (!place) return;
  const shown = idle() && now() < mine.ends_at;
  place.hidden = !shown;
  if (shown) byId("wrapping-left").textContent = clockOf(mine, now());
}

export const endWrapUp = () => (idle() ? change({ state: "ready" }) : undefined);

// True when there is such a time.
export function longer() {
  if (wrapping()) change({ state: "wrap_up" });
  return Boolean(wrapping());
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
  const text = told.then ? w.thenPause(nameOf(told.then)) : told.state === "paused" ? w.paused(nameOf(told.reason))
    : told.ends_at ? `${w.states.wrap_up} ${clockOf(told, now())}` : w.ready;
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
