// The frame around the task in hand: the queue beside it, the board over it, and taking the next one.

import { api } from "./api.js";
import { drawAbnormal, refreshAbnormal } from "./abnormal.js";
import { drawBoard, refreshBoard, tickBoard } from "./board.js";
import { askCallers, redrawCaller, waitingPlace } from "./callers.js";
import { drawCard, waited } from "./card.js";
import { drawDialogs, refreshDialogs } from "./dialogs.js";
import { h, key, say } from "./dom.js";
import { drawSignIn, signOut } from "./door.js";
import { choose, close, dial, extend, record, release, tick } from "./hand.js";
import { restore } from "./guide.js";
import { keysOn, showHelp, toggleKeys } from "./keys.js";
import { pageButtons } from "./lead.js";
import { drawLetters, refreshLetters } from "./letters.js";
import { drawMisunderstood, refreshMisunderstood } from "./misunderstood.js";
import { live } from "./live.js";
import { drawParcels, refreshParcels } from "./parcels.js";
import { askPresence, drawPresence, drawWrapUp, tickPresence } from "./presence.js";
import { drawPromised, promisedPlace } from "./promised.js";
import { keepNote, skip } from "./skip.js";
import { at, byId, clockFrom, desk, now } from "./state.js";
import { banner, once, told } from "./told.js";
import { trouble } from "./trouble.js";
import { clock, money, otherLanguage, reason, setLanguage, words } from "./words.js";

export function drawDesk() {
  const w = words();
  const { session } = desk;
  byId("desk").replaceChildren(
    h("header", { class: "top" },
      h("img", { src: "static/hall.svg", alt: "", width: 28, height: 28 }), h("h1", {}, `Hall ${w.desk}`),
      h("p", { id: "counts", class: "muted" }), waitingPlace(), h("span", { class: "grow" }),
      h("nav", { class: "pages", "aria-label": w.pages },
      session.role !== "agent" && h("button", { type: "button", onclick: toggleBoard }, w.board, key("B")),
      session.role !== "agent" && h("button", { type: "button", onclick: toggleAbnormal }, w.abnormal, key("O")),
      session.role !== "agent" && h("button", { type: "button", onclick: toggleLetters }, w.letters, key("L")),
      session.role !== "agent" && h("button", { type: "button", onclick: toggleMisunderstood }, w.misunderstood, key("M")),
      session.role !== "agent" && h("button", { type: "button", onclick: toggleDialogs }, w.dialogs, key("G")),
      h("button", { type: "button", onclick: toggleParcels }, w.parcels, key("P")), pageButtons()),
      h("button", { type: "button", id: "keys", "aria-pressed": String(keysOn()), onclick: toggleKeys }, keysOn() ? w.keysOn : w.keysOff),
      h("button", { type: "button", onclick: showHelp }, w.help, key("?")),
      languageButton(), drawPresence(), h("span", { class: "me" }, session.name),
      h("button", { type: "button", onclick: signOut }, w.signOut),
      h("p", { id: "banner", class: "banner" })),
    h("nav", { class: "queue", "aria-label": w.queue },
      h("button", { type: "button", class: "strong next", id: "next", title: w.nextHint, onclick: next }, w.next, key("N")),
      promisedPlace(), h("h2", {}, w.queue), h("ol", { id: "queue" })),
    h("main", { id: "main" }));
  drawQueue();
  drawMain();
  tickPresence();
  redrawCaller();
}

export function languageButton() {
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

export function drawMain() {
  const main = byId("main");
  if (desk.page) main.replaceChildren(desk.page.draws());
  else if (desk.board) { main.replaceChildren(drawBoard(desk.board)); tickBoard(); }
  else if (desk.abnormal) main.replaceChildren(drawAbnormal(desk.abnormal));
  else if (desk.letters) main.replaceChildren(drawLetters(desk.letters));
  else if (desk.misunderstood) main.replaceChildren(drawMisunderstood(desk.misunderstood));
  else if (desk.dialogs) main.replaceChildren(drawDialogs(desk.dialogs));
  else if (desk.parcels) main.replaceChildren(drawParcels(desk.parcels));
  else if (desk.card) main.replaceChildren(drawCard(desk.card, { dial, extend, release, record, choose, trouble, skip, keepNote }));
  else { main.replaceChildren(drawReady()); tickPresence(); }
  if (desk.card && !desk.board && !desk.letters && !desk.dialogs && !desk.misunderstood && !desk.parcels && !desk.abnormal && !desk.page) {
    tick();
    const talk = document.querySelector(".talk");
    if (talk) talk.scrollTop = talk.scrollHeight;
    restore();
    if (desk.lost) close(desk.lost);
  }
}

function drawReady() {
  const w = words();
  const due = desk.queue?.due ?? 0;
  return h("div", { class: "ready" }, h("h2", { id: "card-title", tabindex: "-1" }, w.idleTitle), h("p", { id: "idle" }, w.idle(due)),
    h("button", { type: "button", class: "strong", onclick: next }, w.next, key("N")), drawWrapUp());
}

// ── the queue ──

export async function refresh() {
  at.queue = now();
  try {
    desk.queue = await api.queue();
    clockFrom(desk.queue);
    if (desk.trouble) banner("");
    desk.trouble = false;
    drawQueue();
    if (!live()) await askPresence();
    if (!live()) await askCallers();
    if (desk.board) await refreshBoard();
    if (desk.letters) await refreshLetters();
    if (desk.dialogs) await refreshDialogs();
    if (desk.misunderstood) await refreshMisunderstood();
    if (desk.parcels) await refreshParcels();
    if (desk.abnormal) await refreshAbnormal();
  } catch (problem) {
    desk.trouble = true;
    await told(problem);
  }
}

function drawQueue() {
  const list = byId("queue");
  if (!list || !desk.queue) return;
  const w = words();
  const { due, later, closed, opens_at, waiting } = desk.queue;
  byId("counts").textContent = [w.due(due), closed && w.closed(closed, clock(opens_at)), later && w.later(later)].filter(Boolean).join(" · ");
  document.title = due ? `(${due}) Hall ${w.desk}` : `Hall ${w.desk}`;
  if (byId("idle")) byId("idle").textContent = w.idle(due);
  drawPromised();
  list.replaceChildren(...(waiting.length ? waiting.map(drawWaiting) : [h("li", { class: "muted" }, w.queueEmpty)]));
}

function drawWaiting(task) {
  const w = words();
  const waits = now() - task.due_at;
  return h("li", { class: task.opens_at ? "closed" : waits > 3600 ? "late" : waits > 900 ? "slow" : "" },
    h("div", { class: "row" }, h("span", { class: "number" }, task.order_number ?? w.callback), h("span", { class: "money" }, task.total === null ? "" : money(task.total))),
    h("div", { class: "tags" }, task.promised && h("span", { class: "tag" }, w.promisedTag), task.reasons.map((each) => h("span", { class: "tag" }, reason(each)[0]))),
    h("div", { class: "row muted" }, h("span", { class: "number" }, task.subscriber),
      h("span", {}, task.opens_at ? w.opens(clock(task.opens_at)) : `${w.waited} ${waited(now(), task.due_at)}`, task.tries ? ` · ${w.tried(task.tries)}` : "")));
}

export async function next() {
  if (desk.card && !desk.lost) return say(words().claimed(desk.card.order_number));
  const answer = await once(async () => ({ card: await api.claim() }));
  if (!answer) return undefined;
  const w = words();
  clockFrom(answer.card);
  Object.assign(desk, { page: null, abnormal: null, card: answer.card, lost: null, board: null, letters: null, dialogs: null, parcels: null, misunderstood: null, lease: answer.card?.lease_until ?? 0 });
  Object.assign(at, { moved: now(), dialled: 0, renewed: now(), warned: false });
  drawMain();
  byId("card-title").focus();
  say(answer.card ? (answer.card.order_number ? w.claimed(answer.card.order_number) : w.claimedCall) : w.nobody);
  if (!answer.card) banner(w.nobody);
  return refresh();
}

// ── the board ──

export async function toggleBoard() {
  Object.assign(desk, { page: null, abnormal: null, letters: null, dialogs: null, parcels: null, misunderstood: null });
  if (desk.board) desk.board = null;
  else await refreshBoard();
  drawMain();
  byId("card-title").focus();
}

export async function toggleLetters() {
  Object.assign(desk, { page: null, abnormal: null, board: null, dialogs: null, parcels: null, misunderstood: null });
  if (desk.letters) desk.letters = null;
  else if (!await once(refreshLetters)) return;
  drawMain();
  byId("card-title").focus();
}

export async function toggleDialogs() {
  Object.assign(desk, { page: null, abnormal: null, board: null, letters: null, misunderstood: null, parcels: null });
  if (desk.dialogs) desk.dialogs = null;
  else if (!await once(refreshDialogs)) return;
  drawMain();
  byId("card-title").focus();
}

export async function toggleMisunderstood() {
  Object.assign(desk, { page: null, abnormal: null, board: null, letters: null, dialogs: null, parcels: null });
  if (desk.misunderstood) desk.misunderstood = null;
  else if (!await once(refreshMisunderstood)) return;
  drawMain();
  byId("card-title").focus();
}

export async function toggleParcels() {
  Object.assign(desk, { page: null, abnormal: null, board: null, letters: null, dialogs: null, misunderstood: null });
  if (desk.parcels) desk.parcels = null;
  else if (!await once(refreshParcels)) return;
  drawMain();
  byId("card-title").focus();
}

export async function toggleAbnormal() {
  Object.assign(desk, { page: null, board: null, letters: null, dialogs: null, parcels: null, misunderstood: null });
  if (desk.abnormal) desk.abnormal = null;
  else if (!await once(refreshAbnormal)) return;
  drawMain();
  byId("card-title").focus();
}
