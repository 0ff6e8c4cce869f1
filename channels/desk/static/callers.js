// Who is being put through to me: shown as his call arrives, with what he said until then, so that it has been read before
// the first word. My telephone rings at the same moment, and picking it up is taking the call: a second yes on the page
// would only keep him waiting, and the hand is on the receiver. So nothing here is called accepting: Q opens his card, to
// be read while it rings (it opens by itself when we talk), I leaves him to others.

import { api } from "./api.js";
import { heard } from "./call.js";
import { callerWords } from "./caller_words.js";
import { alarm, h, key } from "./dom.js";
import { next } from "./frame.js";
import { finish } from "./hand.js";
import { callTold } from "./live.js";
import { byId, desk, now } from "./state.js";
import { once } from "./told.js";
import { clock, inLanguage, minutes } from "./words.js";

let mine = null;
let timer = null;
let opened = "";
let expected = ""; // the task of whom the stream has told, before what he said is here

export const isCaller = (task) => expected === task;

export const waitingPlace = () => h("p", { id: "waiting", class: "waiting", hidden: true });

// Of the stream: what he said is asked for when somebody is there.
export async function heardOfCallers(told) {
  expected = told.mine?.task ?? "";
  showWaiting(told);
  const same = mine && told.mine && mine.id === told.mine.id && mine.state === told.mine.state;
  if (!same) await askCallers();
}

export async function askCallers() {
  const told = await api.callers().catch(() => null);
  if (!told || !desk.session) return;
  showWaiting(told);
  const before = mine;
  mine = told.mine;
  if (!mine) return forgetCaller();
  if (before?.id !== mine.id) ring();
  draw();
  if (mine.state === "talking") await open();
}

export function forgetCaller() {
  mine = null;
  clearInterval(timer);
  timer = null;
  byId("caller")?.remove();
}

export function openCaller() {
  return mine && open();
}

export async function declineCaller() {
  if (mine?.state !== "offered") return;
  const { id } = mine;
  if (await once(async () => { await api.declineCaller(id); return true; })) forgetCaller();
}

// The card is in his hands already; once for each caller.
async function open() {
  const { task } = mine;
  if (desk.card?.id !== task && opened !== task && !(desk.card && !desk.lost)) {
    opened = task;
    await next();
    await showCall(task);
  }
  if (desk.card?.id === task && mine?.state === "talking") forgetCaller();
  else draw();
}

// The call was there before the card was.
async function showCall(task) {
  if (desk.card?.id !== task) return;
  const call = callTold(task) ?? await api.call(task).catch(() => null);
  if (call && call.state !== "over" && desk.card?.id === task) heard(task, call, finish);
}

function ring() {
  alarm(callerWords().rings(called()));
  clearInterval(timer);
  timer = setInterval(tick, 1000);
}

const called = () => mine.subscriber ?? callerWords().withheld;

function tick() {
  const shown = byId("caller-waited");
  if (shown && mine) shown.textContent = minutes(now() - mine.since);
}

// In the language that is chosen now.
export function redrawCaller() {
  if (mine && byId("caller")) draw();
}

function draw() {
  const w = callerWords();
  byId("caller")?.remove();
  if (!mine) return;
  document.body.append(h("section", { id: "caller", class: `caller ${mine.state}`, "aria-labelledby": "caller-title" },
    h("h2", { id: "caller-title" }, mine.state === "talking" ? w.talking : w.title),
    h("p", { class: "who" }, h("strong", { class: "number" }, called()), h("span", { class: "tag" }, w.languages[mine.language] ?? mine.language),
      h("span", { class: "muted" }, w.waits, " ", h("span", { id: "caller-waited", class: "number" }, minutes(now() - mine.since)))),
    h("p", { class: "muted" }, w.reasons[mine.reason] ?? mine.reason),
    mine.said.length ? h("ol", { class: "talk", tabindex: "0", "aria-label": w.said }, mine.said.map(drawLine)) : h("p", { class: "muted" }, w.nothing),
    h("p", { class: "buttons" },
      h("button", { type: "button", class: "strong", onclick: openCaller }, w.open, key("Q")),
      mine.state === "offered" && h("button", { type: "button", onclick: declineCaller }, w.decline, key("I"))),
    h("p", { class: "muted" }, mine.state === "talking" ? w.hintTalking : w.hint)));
  const talk = document.querySelector("#caller .talk");
  if (talk) talk.scrollTop = talk.scrollHeight;
}

const drawLine = (line) => h("li", { class: line.ours ? "ours" : "his" }, h("p", {}, line.text || "—"), h("small", {}, clock(line.at)));

function showWaiting(told) {
  const place = byId("waiting");
  if (!place) return;
  place.hidden = !told.waiting;
  place.textContent = callerWords().waiting(told.waiting);
  place.lang = inLanguage();
}
