// The task in hand: dialling, recording, keeping it, losing it.
//
// While the agent is at work (he moved, typed, or is on the telephone) the lease is renewed by itself. An agent who walked
// away loses it, so that no customer waits for an empty chair.

import { api } from "./api.js";
import { follow } from "./call.js";
import { decisionIn } from "./card.js";
import { showChanges } from "./changing.js";
import { alarm, h, key, say } from "./dom.js";
import { drawMain, next, refresh } from "./frame.js";
import { allAsked, forget } from "./guide.js";
import { longer } from "./presence.js";
import { at, byId, clockFrom, desk, inHand, now } from "./state.js";
import { banner, once, told } from "./told.js";
import { minutes, time, words } from "./words.js";

const ACTIVE = 120;
const ON_TELEPHONE = 900;
const WARN = 60;

export async function dial() {
  if (!inHand() || byId("dial").hidden) return undefined;
  const card = desk.card.id;
  const answer = await once(() => api.dial(card, desk.anyway === card).catch((refusal) => {
    if (refusal.refusal === "out_of_hours") desk.anyway = card; // whoever presses again means it
    throw refusal;
  }));
  if (!answer) return undefined;
  at.dialled = now();
  desk.card.read_until = null;
  byId("subscriber").textContent = answer.number;
  byId("dial").hidden = true;
  if (!answer.by_hand) return follow(desk.card.id, answer.call, finish);
  const said = byId("dialled");
  said.hidden = false;
  said.replaceChildren(h("span", { class: "muted" }, words().dialHint), h("strong", { class: "number" }, spaced(answer.number)));
  said.title = words().byHand;
  return say(`${words().dialHint} ${spaced(answer.number)}`);
}

const spaced = (number) => (/^1\d{10}$/.test(number) ? number.replace(/(\d{3})(\d{4})(\d{4})/, "$1 $2 $3") : number);

export async function extend() {
  longer();
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

export async function release() {
  if (!inHand()) return;
  const answer = await once(async () => { await api.release(desk.card.id); return true; });
  if (answer) finish(words().released);
}

export function choose() {
  const outcome = new FormData(byId("decision")).get("outcome");
  for (const name of ["changed", "call_later"]) byId(`more-${name}`).hidden = outcome !== name;
  if (outcome === "changed") showChanges();
}

export async function record(event) {
  event.preventDefault();
  if (!inHand()) return;
  const decision = decisionIn(byId("decision"));
  if (!decision) {
    banner(words().choose, "bad");
    alarm(words().choose);
    return;
  }
  const missing = allAsked(decision.outcome);
  if (missing) return banner(missing, "bad");
  const answer = await once(() => api.decide(desk.card.id, decision));
  if (!answer) return;
  forget();
  const { done } = words();
  const what = [words().outcomes[answer.outcome], answer.order && `${words().order} ${answer.order.number}`].filter(Boolean).join(" · ");
  finish(answer.due_at ? done.again(what, time(answer.due_at)) : done.final(what));
}

export function finish(text) {
  desk.card = null;
  drawMain();
  banner(text);
  say(text);
  byId("card-title").focus();
  refresh();
}

export function lose(why, title = words().lost) {
  desk.lost = { why, title };
  if (byId("card")) close(desk.lost);
}

export function close({ why, title }) {
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

// The time for reading the card: when it is over, what the house wants happens, once.
function readOn() {
  const shown = byId("reading");
  const until = desk.card?.read_until;
  if (!shown) return;
  shown.hidden = !until;
  if (!until) return;
  shown.textContent = `${words().reading} ${minutes(until - now())}`;
  shown.classList.toggle("late", until <= now());
  if (until > now() || desk.read === desk.card.id) return;
  desk.read = desk.card.id;
  const text = words().readOver[desk.card.then];
  banner(text, "bad");
  alarm(text);
  if (desk.card.then === "dial") dial();
}

export function tick() {
  readOn();
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

export function keepAlive() {
  if (!desk.card || desk.lost || desk.busy) return;
  const working = now() - at.moved < ACTIVE || now() - at.dialled < ON_TELEPHONE;
  const due = now() - at.renewed > Math.max(10, (desk.lease - at.renewed) / 3); // three chances before it runs out
  if (working && due) renew();
}
