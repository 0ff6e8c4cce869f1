// The desk in the browser: signing in, the queue, one task in hand, and the keys that do it all.
//
//   signed out ──► ready ──N──► a card in hand ──1…0, Enter──► recorded ──N──► the next
//                    ▲               │  ├──U──► put back
//                    └───────────────┘  └──lost (another has it, the lease ran out): told, never silent
//
// While a card is open and the agent is at work (he moved, typed, or is on the telephone) the lease is renewed by itself.
// An agent who walked away loses it, so that no customer waits for an empty chair.

import { api, Refused, Unreachable } from "./api.js";
import { drawBoard } from "./board.js";
import { decisionIn, drawCard, OUTCOME_OF_KEY, waited } from "./card.js";
import { alarm, h, key, say } from "./dom.js";
import { inLanguage, minutes, money, otherLanguage, reason, setLanguage, time, words } from "./words.js";

const QUEUE_EVERY = 5;
const ACTIVE = 120;
const ON_TELEPHONE = 900;
const WARN = 60;

const root = document.getElementById("desk");
const desk = { session: null, queue: null, card: null, lost: null, board: null, lease: 0, ahead: 0, busy: false, awayMessage: false };
const at = { moved: 0, dialled: 0, renewed: 0, queue: 0, warned: false };
let keysOn = localStorage.getItem("hall.keys") !== "off";

const now = () => Date.now() / 1000 + desk.ahead;
const clockFrom = (answer) => { if (answer?.now) desk.ahead = answer.now - Date.now() / 1000; };
const byId = (id) => document.getElementById(id);

// ── asking, with every refusal told ──

// What a person does: one thing at a time, so that a key pressed twice is not done twice.
async function once(work) {
  if (desk.busy) return undefined;
  desk.busy = true;
  try {
    const answer = await work();
    banner("");
    return answer;
  } catch (problem) {
    await told(problem);
    return undefined;
  } finally {
    desk.busy = false;
  }
}

async function told(problem) {
  const w = words();
  if (problem instanceof Unreachable) return banner(w.away, "bad");
  if (!(problem instanceof Refused)) throw problem;
  if (problem.status === 401 && desk.session) return leave(w.signedOutNow);
  const text = w.refused[problem.refusal] ?? problem.message;
  const whole = inLanguage() === "en" || problem.refusal === "bad_decision" ? `${text} ${problem.message}` : text;
  if (desk.card && [404, 409, 410].includes(problem.status)) lose(text, problem.refusal === "illegal_change" ? w.overtaken : w.lost);
  else banner(whole, "bad");
  alarm(whole);
}

function banner(text, kind = "good") {
  const element = byId("banner");
  if (!element) return;
  element.textContent = text;
  element.className = text ? `banner ${kind}` : "banner";
}

// ── signing in and out ──

function drawSignIn(message = "") {
  const w = words();
  const form = h("form", { class: "sign-in panel", onsubmit: signIn },
    h("img", { src: "static/hall.svg", alt: "", width: 44, height: 44 }),
    h("h1", {}, `Hall ${w.desk}`), h("p", { class: "muted" }, w.signInHint),
    h("p", { id: "banner", class: message ? "banner bad" : "banner" }, message),
    h("label", {}, w.name, h("input", { name: "name", autocomplete: "username", required: true, maxlength: "64", autocapitalize: "none", spellcheck: "false" })),
    h("label", {}, w.password, h("input", { name: "password", type: "password", autocomplete: "current-password", required: true })),
    h("button", { type: "submit", class: "strong" }, w.signIn),
    languageButton());
  root.replaceChildren(h("main", { class: "door" }, form));
  form.elements.namedItem("name").focus();
}

async function signIn(event) {
  event.preventDefault();
  const fields = new FormData(event.target);
  const session = await once(() => api.signIn(fields.get("name").trim(), fields.get("password")));
  if (session) enter(session);
  else event.target.elements.namedItem("password").select();
}

async function enter(session) {
  desk.session = session;
  drawDesk();
  await refresh();
  if (desk.queue?.mine) await next();
}

function leave(message = "") {
  Object.assign(desk, { session: null, card: null, board: null, queue: null, lost: null });
  drawSignIn(message && `${message} ${words().newSession}`);
  alarm(message);
}

async function signOut() {
  if (desk.card && !desk.lost) await once(() => api.release(desk.card.id));
  await once(() => api.signOut());
  leave();
}

// ── the frame ──

function drawDesk() {
  const w = words();
  const { session } = desk;
  root.replaceChildren(
    h("header", { class: "top" },
      h("img", { src: "static/hall.svg", alt: "", width: 28, height: 28 }), h("h1", {}, `Hall ${w.desk}`),
      h("p", { id: "counts", class: "muted" }), h("span", { class: "grow" }),
      session.role !== "agent" && h("button", { type: "button", onclick: toggleBoard }, w.board, key("B")),
      h("button", { type: "button", id: "keys", "aria-pressed": String(keysOn), onclick: toggleKeys }, keysOn ? w.keysOn : w.keysOff),
      h("button", { type: "button", onclick: showHelp }, w.help, key("?")),
      languageButton(), h("span", { class: "me" }, session.name),
      h("button", { type: "button", onclick: signOut }, w.signOut)),
    h("p", { id: "banner", class: "banner" }),
    h("nav", { class: "queue", "aria-label": w.queue },
      h("button", { type: "button", class: "strong next", id: "next", title: w.nextHint, onclick: next }, w.next, key("N")),
      h("h2", {}, w.queue), h("ol", { id: "queue" })),
    h("main", { id: "main" }));
  drawQueue();
  drawMain();
}

function languageButton() {
  return h("button", { type: "button", lang: otherLanguage(), onclick: () => {
    const name = document.querySelector("input[name=name]")?.value;
    const note = document.querySelector("textarea[name=note]")?.value;
    setLanguage(otherLanguage());
    document.title = `Hall ${words().desk}`;
    if (!desk.session) drawSignIn();
    else drawDesk();
    if (name) document.querySelector("input[name=name]").value = name;
    if (note) document.querySelector("textarea[name=note]").value = note;
  } }, words().other);
}

function drawMain() {
  const main = byId("main");
  if (desk.board) main.replaceChildren(drawBoard(desk.board));
  else if (desk.card) main.replaceChildren(drawCard(desk.card, now(), { dial, extend, release, record, choose }));
  else main.replaceChildren(drawReady());
  if (desk.card && !desk.board) {
    tick();
    const talk = document.querySelector(".talk");
    if (talk) talk.scrollTop = talk.scrollHeight;
    if (desk.lost) close(desk.lost);
  }
}

function drawReady() {
  const w = words();
  const due = desk.queue?.due ?? 0;
  return h("div", { class: "ready" }, h("h2", { id: "card-title", tabindex: "-1" }, w.idleTitle), h("p", { id: "idle" }, w.idle(due)),
    h("button", { type: "button", class: "strong", onclick: next }, w.next, key("N")));
}

// ── the queue ──

async function refresh() {
  at.queue = now();
  try {
    desk.queue = await api.queue();
    clockFrom(desk.queue);
    if (desk.awayMessage) banner("");
    desk.awayMessage = false;
    drawQueue();
    if (desk.board) await refreshBoard();
  } catch (problem) {
    desk.awayMessage = true;
    await told(problem);
  }
}

function drawQueue() {
  const list = byId("queue");
  if (!list || !desk.queue) return;
  const w = words();
  const { due, later, waiting } = desk.queue;
  byId("counts").textContent = later ? `${w.due(due)} · ${w.later(later)}` : w.due(due);
  document.title = due ? `(${due}) Hall ${w.desk}` : `Hall ${w.desk}`;
  if (byId("idle")) byId("idle").textContent = w.idle(due);
  list.replaceChildren(...(waiting.length ? waiting.map(drawWaiting) : [h("li", { class: "muted" }, w.queueEmpty)]));
}

function drawWaiting(task) {
  const w = words();
  const waits = now() - task.due_at;
  return h("li", { class: waits > 3600 ? "late" : waits > 900 ? "slow" : "" },
    h("div", { class: "row" }, h("span", { class: "number" }, task.order_number ?? w.callback), h("span", { class: "money" }, task.total === null ? "" : money(task.total))),
    h("div", { class: "tags" }, task.reasons.map((each) => h("span", { class: "tag" }, reason(each)[0]))),
    h("div", { class: "row muted" }, h("span", { class: "number" }, task.subscriber),
      h("span", {}, `${w.waited} ${waited(now(), task.due_at)}`, task.tries ? ` · ${w.tried(task.tries)}` : "")));
}

async function next() {
  if (desk.card && !desk.lost) return say(words().claimed(desk.card.order_number));
  const answer = await once(async () => ({ card: await api.claim() }));
  if (!answer) return undefined;
  const w = words();
  clockFrom(answer.card);
  Object.assign(desk, { card: answer.card, lost: null, board: null, lease: answer.card?.lease_until ?? 0 });
  Object.assign(at, { moved: now(), dialled: 0, renewed: now(), warned: false });
  drawMain();
  byId("card-title").focus();
  say(answer.card ? (answer.card.order_number ? w.claimed(answer.card.order_number) : w.claimedCall) : w.nobody);
  if (!answer.card) banner(w.nobody);
  return refresh();
}

// ── a task in hand ──

const inHand = () => desk.card && !desk.lost && !desk.board;

async function dial() {
  if (!inHand()) return;
  const answer = await once(() => api.dial(desk.card.id));
  if (!answer) return;
  at.dialled = now();
  byId("subscriber").textContent = answer.number;
  byId("dial").hidden = true;
  const said = byId("dialled");
  said.hidden = false;
  said.replaceChildren(h("span", { class: "muted" }, words().dialHint), h("strong", { class: "number" }, spaced(answer.number)));
  said.title = words().byHand;
  say(`${words().dialHint} ${spaced(answer.number)}`);
}

const spaced = (number) => (/^1\d{10}$/.test(number) ? number.replace(/(\d{3})(\d{4})(\d{4})/, "$1 $2 $3") : number);

async function extend() {
  if (inHand() && (await renew())) say(words().extended);
}

async function renew() {
  const { id } = desk.card;
  at.renewed = now();
  try {
    const answer = await api.extend(id);
    clockFrom(answer);
    if (desk.card?.id !== id) return false;
    desk.lease = answer.lease_until;
    at.warned = false;
    tick();
    return true;
  } catch (problem) {
    if (desk.card?.id === id) await told(problem);
    return false;
  }
}

async function release() {
  if (!inHand()) return;
  const answer = await once(async () => { await api.release(desk.card.id); return true; });
  if (answer) finish(words().released);
}

function choose() {
  const outcome = new FormData(byId("decision")).get("outcome");
  for (const name of ["changed", "call_later"]) byId(`more-${name}`).hidden = outcome !== name;
}

async function record(event) {
  event.preventDefault();
  if (!inHand()) return;
  const decision = decisionIn(byId("decision"));
  if (!decision) {
    banner(words().choose, "bad");
    alarm(words().choose);
    return;
  }
  const answer = await once(() => api.decide(desk.card.id, decision));
  if (!answer) return;
  const { done } = words();
  const what = [words().outcomes[answer.outcome], answer.order && `${words().order} ${answer.order.number}`].filter(Boolean).join(" · ");
  finish(answer.due_at ? done.again(what, time(answer.due_at)) : done.final(what));
}

function finish(text) {
  desk.card = null;
  drawMain();
  banner(text);
  say(text);
  byId("card-title").focus();
  refresh();
}

function lose(why, title = words().lost) {
  desk.lost = { why, title };
  if (byId("card")) close(desk.lost);
}

function close({ why, title }) {
  const w = words();
  const card = byId("card");
  card.classList.add("lost");
  for (const field of card.querySelectorAll("button, input")) field.disabled = true;
  card.querySelector("textarea").readOnly = true;
  byId("left").textContent = "0:00";
  card.querySelector(".gone")?.remove();
  card.prepend(h("div", { class: "gone", role: "alert" }, h("strong", {}, title), h("p", {}, why), h("p", {}, w.lostText),
    h("button", { type: "button", class: "strong", onclick: next }, w.next, key("N"))));
}

function tick() {
  const left = desk.lease - now();
  const shown = byId("left");
  if (!shown || desk.lost) return;
  shown.textContent = minutes(left);
  const whole = Math.max(1, desk.lease - at.renewed);
  byId("bar").style.transform = `scaleX(${Math.min(1, Math.max(0, left / whole))})`;
  byId("lease").classList.toggle("soon", left < WARN);
  if (left < WARN && left > 0 && !at.warned) {
    at.warned = true;
    alarm(words().soon(Math.ceil(left)));
  }
  if (left <= 0) lose(words().refused.lease_over);
}

function keepAlive() {
  if (!desk.card || desk.lost || desk.busy) return;
  const working = now() - at.moved < ACTIVE || now() - at.dialled < ON_TELEPHONE;
  const due = now() - at.renewed > Math.max(10, (desk.lease - at.renewed) / 3); // three chances before it runs out
  if (working && due) renew();
}

// ── the board ──

async function toggleBoard() {
  if (desk.board) desk.board = null;
  else await refreshBoard();
  drawMain();
  byId("card-title").focus();
}

async function refreshBoard() {
  const open = Boolean(desk.board);
  desk.board = await api.board();
  if (open) byId("main").replaceChildren(drawBoard(desk.board));
}

// ── keys ──

const KEYS = {
  n: next, d: dial, e: extend, u: release, t: () => document.querySelector("textarea[name=note]")?.focus(),
  b: () => desk.session.role !== "agent" && toggleBoard(), "?": showHelp,
};

function toggleKeys() {
  keysOn = !keysOn;
  localStorage.setItem("hall.keys", keysOn ? "on" : "off");
  const button = byId("keys");
  button.textContent = keysOn ? words().keysOn : words().keysOff;
  button.setAttribute("aria-pressed", String(keysOn));
}

function pressed(event) {
  at.moved = now();
  if (!desk.session || event.isComposing || document.querySelector("dialog[open]")) return;
  const typing = event.target.matches("textarea, select, input:not([type=radio])");
  if (typing) return typed(event);
  if (event.key === "Enter" && event.target === document.body && inHand()) return byId("decision").requestSubmit();
  if (!keysOn || event.ctrlKey || event.metaKey || event.altKey) return undefined;
  const outcome = OUTCOME_OF_KEY.get(event.key);
  const act = KEYS[event.key.toLowerCase()];
  if (outcome && inHand()) take(outcome);
  else if (!act) return undefined;
  else act();
  return event.preventDefault();
}

function typed(event) {
  if (event.key === "Escape") event.target.blur();
  else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) byId("decision")?.requestSubmit();
}

function take(outcome) {
  const radio = document.querySelector(`input[name=outcome][value=${outcome}]`);
  if (!radio) return;
  radio.checked = true;
  radio.focus();
  choose();
}

function showHelp() {
  const w = words();
  const rows = [["N", w.nextHint], ["D", w.dial], ["1 … 0", w.outcome], ["T", w.note], ["↵", w.record], ["Ctrl ↵", `${w.record} (${w.note})`],
    ["E", w.extend], ["U", w.release], ["B", w.board], ["Esc", w.back], ["?", w.help]];
  const box = h("dialog", { "aria-label": w.help, onclose: () => box.remove() },
    h("h2", {}, w.help), h("dl", { class: "keys" }, rows.map(([name, what]) => [h("dt", {}, key(name)), h("dd", {}, what)])),
    h("form", { method: "dialog" }, h("button", { class: "strong" }, w.back, key("Esc"))));
  document.body.append(box);
  box.showModal();
}

// ── time goes by ──

document.addEventListener("keydown", pressed);
for (const kind of ["pointermove", "pointerdown", "wheel"]) document.addEventListener(kind, () => { at.moved = now(); }, { passive: true });
setInterval(() => {
  if (!desk.session) return;
  tick();
  keepAlive();
  if (!document.hidden && !desk.busy && now() - at.queue >= QUEUE_EVERY) refresh();
}, 1000);

try {
  await enter(await api.whoAmI());
} catch (problem) {
  drawSignIn(problem instanceof Unreachable ? words().away : "");
}
