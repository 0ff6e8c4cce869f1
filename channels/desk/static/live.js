// How things are, as they change: one stream of server-sent events, and what each of them does to the page.
//
// Nothing of it moves what somebody reads: a card gets its new lines where they belong and says so, the queue waits while
// the pointer is on it or a key may open what is in it, and what is being typed stays. While there is no stream (an old proxy keeps it back, the server is
// away) the page asks now and then as it always did, and takes the stream up again where it was.

import { api, stream } from "./api.js";
import { heard as heardOfCall } from "./call.js";
import { heardOfCallers, isCaller } from "./callers.js";
import { refreshCard } from "./fresh.js";
import { alarm } from "./dom.js";
import { leave } from "./door.js";
import { refreshBoard } from "./board.js";
import { refresh } from "./frame.js";
import { finish, lose, tick } from "./hand.js";
import { liveWords } from "./live_words.js";
import { showPresence } from "./presence.js";
import { at, byId, clockFrom, desk, now } from "./state.js";
import { banner, told } from "./told.js";
import { words } from "./words.js";

const AGAIN = [1, 2, 5, 10, 30]; // seconds until the next try, when the browser has given up
const LIST_EVERY = 3;

let source = null;
let last = "";
let heardAt = 0;
let silence = 40;
let tries = 0;
let nextTry = 0;
let listIsOld = false;
let boardIsOld = false;

export const live = () => source?.readyState === 1 && seconds() - heardAt < silence;

const seconds = () => performance.now() / 1000;

// Each second: a stream where there is none, a new one for one that has fallen silent, and what had to wait.
export function attend() {
  if (source && (source.readyState === 2 || seconds() - heardAt > silence)) lost();
  if (!source && seconds() >= nextTry) open();
  doubt();
  if (desk.busy || document.hidden) return;
  if (listIsOld && now() - at.queue >= LIST_EVERY && !isRead("queue")) { listIsOld = false; refresh(); }
  if (boardIsOld && desk.board) { boardIsOld = false; refreshBoard().catch(told); }
}

const isRead = (id) => byId(id)?.matches(":hover, :focus-within") ?? false;

export function hush() {
  source?.close();
  source = null;
  last = "";
}

function open() {
  source = stream(last);
  heardAt = seconds();
  for (const [topic, hear] of Object.entries(HEAR)) {
    source.addEventListener(topic, (event) => {
      heardAt = seconds();
      if (event.lastEventId) last = event.lastEventId;
      if (desk.session) hear(JSON.parse(event.data));
    });
  }
}

function lost() {
  source.close();
  source = null;
  nextTry = seconds() + AGAIN[Math.min(tries, AGAIN.length - 1)];
  tries += 1;
}

let lastCall = null;

// What was told of the call about this task, before its card was open.
export const callTold = (task) => (lastCall?.task === task ? lastCall : null);

const HEAR = {
  hello(told) {
    tries = 0;
    silence = told.silence;
    clockFrom(told);
  },
  beat: clockFrom,
  state: showPresence,
  callers: heardOfCallers,
  queue(told) {
    const before = desk.queue;
    if (before && (told.due !== before.due || told.later !== before.later || told.closed !== before.closed)) listIsOld = true;
  },
  card: heardOfCard,
  call(call) {
    lastCall = call;
    if (call && desk.card?.id === call.task && !desk.lost) heardOfCall(call.task, call, finish);
  },
  board() {
    boardIsOld = true;
  },
  over(refusal) {
    hush();
    leave(refusal.error === "signed_out" ? words().signedOutNow : words().refused[refusal.error] ?? refusal.message);
  },
  enough() {
    hush();
    nextTry = seconds() + 600;
  },
};

// What was taken and lost again between two looks is never told of: whoever has had a card for a while without hearing
// of it asks.
const LONG = 8;
let heardOfId = null;
let had = { id: null, since: 0 };

function doubt() {
  const id = desk.card && !desk.lost ? desk.card.id : null;
  if (id !== had.id) had = { id, since: seconds() };
  if (!id || heardOfId === id || desk.busy || !live() || seconds() - had.since < LONG) return;
  had.since = seconds();
  askAbout(id);
}

async function heardOfCard(told) {
  heardOfId = told?.id ?? null;
  const held = desk.card && !desk.lost ? desk.card.id : null;
  if (held && told?.id === held) {
    desk.lease = told.lease_until;
    tick();
    if (desk.card.mark !== told.mark) await refreshCard(held);
    return;
  }
  if (held && !desk.busy) await askAbout(held);
  else if (told && !held && !desk.busy && at.released !== told.id) announce(told.id);
}

// It is not in his hands any more: the line may have answered, else the house says in its own words why.
async function askAbout(held) {
  try {
    const call = desk.call ? await api.call(held) : null;
    if (call?.state === "over" && call.outcome && desk.card?.id === held) return heardOfCall(held, call, finish);
    const card = await api.card(held);
    if (card.agent !== desk.session?.name && desk.card?.id === held) lose(liveWords().gone);
  } catch (problem) {
    if (desk.card?.id === held && !desk.lost) await told(problem);
  }
}

function announce(task) {
  if (isCaller(task)) return;
  banner(liveWords().assigned, "good");
  alarm(liveWords().assigned);
}
