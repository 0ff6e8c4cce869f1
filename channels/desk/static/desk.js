// The desk in the browser: signing in, the queue, one task in hand, and the keys that do it all.
//
//   signed out ──► ready ──N──► a card in hand ──1…0, Enter──► recorded ──N──► the next
//                    ▲               │  ├──U──► put back
//                    └───────────────┘  └──lost (another has it, the lease ran out): told, never silent
//
//   api.js asks, told.js tells, state.js remembers; door.js, frame.js, hand.js and keys.js are what an agent does;
//   card.js, board.js, letters.js, misunderstood.js and dialogs.js draw, words.js speaks two languages.

import { api, Unreachable } from "./api.js";
import { drawSignIn, enter } from "./door.js";
import { refresh } from "./frame.js";
import { keepAlive, tick } from "./hand.js";
import { pressed } from "./keys.js";
import { at, desk, now } from "./state.js";
import { words } from "./words.js";

const QUEUE_EVERY = 5;

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
