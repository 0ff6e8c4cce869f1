// The desk in the browser: signing in, the queue, one task in hand, and the keys that do it all.
//
//   signed out ──► ready ──N──► a card in hand ──1…0, Enter──► recorded ──N──► the next
//                    ▲               │  ├──U──► put back
//                    └───────────────┘  └──lost (another has it, the lease ran out): told, never silent
//
//   api.js asks, told.js tells, state.js remembers; door.js, frame.js, hand.js and keys.js are what an agent does;
//   live.js hears how things are as they change, presence.js shows what one is doing; card.js, board.js, letters.js, misunderstood.js and dialogs.js draw, words.js speaks two languages.

import { api, Unreachable } from "./api.js";
import { arrive, drawSignIn, enter } from "./door.js";
import { refresh } from "./frame.js";
import { keepAlive, tick } from "./hand.js";
import { pressed } from "./keys.js";
import { attend, live } from "./live.js";
import { tickBoard } from "./board.js";
import { tickPresence } from "./presence.js";
import { at, desk, now } from "./state.js";
import { words } from "./words.js";

const QUEUE_EVERY = 5;
const ALL_THE_SAME = 60; // with a stream, over what it tells of

const untold = () => desk.letters || desk.dialogs || desk.misunderstood || desk.parcels || desk.abnormal;

document.addEventListener("keydown", pressed);
for (const kind of ["pointermove", "pointerdown", "wheel"]) document.addEventListener(kind, () => { at.moved = now(); }, { passive: true });
setInterval(() => {
  if (!desk.session) return;
  tick();
  tickPresence();
  tickBoard();
  keepAlive();
  attend();
  if (!document.hidden && !desk.busy && now() - at.queue >= (live() && !untold() ? ALL_THE_SAME : QUEUE_EVERY)) refresh();
}, 1000);

try {
  await enter(await api.whoAmI());
} catch (problem) {
  if (problem instanceof Unreachable) drawSignIn(words().away);
  else await arrive();
}
