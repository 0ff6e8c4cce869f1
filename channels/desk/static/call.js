// The call in hand: what becomes of it, each second, until it is over. What the line answers by itself (busy, nobody
// there) is recorded by the house, and the card is put away; after a talk it is the agent who says how it ended.

import { api } from "./api.js";
import { live } from "./live.js";
import { alarm, h, key, say } from "./dom.js";
import { at, byId, desk, now } from "./state.js";
import { minutes, words } from "./words.js";

const EVERY = 1000;

let timer = null;
let whenOver = () => {};

export function follow(task, call, done) {
  whenOver = done;
  clearInterval(timer);
  timer = setInterval(() => look(task), EVERY);
  show(call);
}

async function look(task) {
  if (desk.card?.id !== task || desk.lost) return stop();
  if (live() && desk.call) return show(desk.call); // its clock
  const call = await api.call(task).catch(() => null);
  if (!call || desk.card?.id !== task) return undefined;
  return heard(task, call);
}

// Of a call to the customer of the card in hand. `done` is for a page that did not begin it: it was loaded anew.
export function heard(task, call, done) {
  if (!timer && call.state === "over") return undefined;
  if (!timer) return follow(task, call, done);
  const before = desk.call?.state;
  show(call);
  if (call.state === "talking") at.dialled = now();
  if (call.state !== before) say(told(call));
  if (call.state !== "over") return undefined;
  stop();
  if (call.outcome) return whenOver(told(call));
  return alarm(`${told(call)} ${words().calls.record}`);
}

function stop() {
  clearInterval(timer);
  timer = null;
  desk.call = null;
}

const told = (call) => words().calls[call.ending || call.state] ?? call.ending;

function show(call) {
  desk.call = call;
  const place = byId("call");
  if (!place) return;
  const over = call.state === "over";
  place.hidden = false;
  place.className = `call ${call.state}`;
  const shown = [
    h("strong", {}, told(call)),
    call.answered_at && !over && h("span", { class: "number" }, minutes(now() - call.answered_at)),
    !over && h("button", { type: "button", onclick: hangUp }, words().hangUp, key("H")),
  ];
  place.replaceChildren(...shown.filter(Boolean));
  byId("dial").hidden = !over;
}

export async function hangUp() {
  if (desk.card && desk.call && desk.call.state !== "over") await api.hangUp(desk.card.id).catch(() => null);
}
