// The keys that do it all. They can be switched off, for those whose speech or switch devices type letters.

import { OUTCOME_OF_KEY } from "./card.js";
import { h, key } from "./dom.js";
import { moveScript, nextVersion, publish } from "./dialogs.js";
import { moveAbnormal } from "./abnormal.js";
import { next, toggleAbnormal, toggleBoard, toggleDialogs, toggleLetters, toggleMisunderstood, toggleParcels } from "./frame.js";
import { hangUp } from "./call.js";
import { callerWords } from "./caller_words.js";
import { openCaller, declineCaller } from "./callers.js";
import { tickNext, untickLast } from "./guide.js";
import { choose, dial, extend, release } from "./hand.js";
import { pageHelp, pageKey } from "./lead.js";
import { moveLetter, resendLetter } from "./letters.js";
import { chooseMeaning, meansNothing, moveText } from "./misunderstood.js";
import { findNumber } from "./numbers.js";
import { numberWords } from "./number_words.js";
import { keepNote, skip } from "./skip.js";
import { at, byId, desk, inHand, now } from "./state.js";
import { boardAct, moveAgent } from "./board.js";
import { changeState, endWrapUp, longer } from "./presence.js";
import { trouble } from "./trouble.js";
import { liveWords } from "./live_words.js";
import { words } from "./words.js";

const KEYS = {
  c: (event) => (event.shiftKey ? untickLast() : tickNext()), s: skip, k: keepNote,
  n: next, d: dial, h: hangUp, e: () => (inHand() ? extend() : longer()), u: () => boardAct("unlock") || release(), t: () => document.querySelector("textarea[name=note]")?.focus(),
  o: () => desk.session.role !== "agent" && toggleAbnormal(),
  b: () => desk.session.role !== "agent" && toggleBoard(), l: () => desk.session.role !== "agent" && toggleLetters(),
  r: () => (desk.letters ? resendLetter() : endWrapUp()), arrowdown: () => move(1), arrowup: () => move(-1), "?": showHelp,
  m: () => desk.session.role !== "agent" && toggleMisunderstood(), a: () => boardAct("assign") || desk.page?.adds?.() || (desk.misunderstood && chooseMeaning()), x: () => boardAct("out") || (desk.misunderstood && meansNothing()),
  p: toggleParcels, w: trouble, z: () => boardAct("pause") || changeState(), q: () => openCaller(), i: () => declineCaller(),
  g: () => desk.session.role !== "agent" && toggleDialogs(), v: () => desk.dialogs && nextVersion(), f: () => (desk.dialogs ? publish() : inHand() && findNumber()),
};

const move = (by) => (desk.page?.moves ? desk.page.moves(by) : desk.board ? moveAgent(by) : desk.abnormal ? moveAbnormal(by) : desk.dialogs ? moveScript(by) : desk.misunderstood ? moveText(by) : moveLetter(by));

let on = localStorage.getItem("hall.keys") !== "off";

export const keysOn = () => on;

export function toggleKeys() {
  on = !on;
  localStorage.setItem("hall.keys", on ? "on" : "off");
  const button = byId("keys");
  button.textContent = on ? words().keysOn : words().keysOff;
  button.setAttribute("aria-pressed", String(on));
}

export function pressed(event) {
  at.moved = now();
  if (!desk.session || event.isComposing || document.querySelector("dialog[open]")) return;
  const typing = event.target.matches("textarea, select, input:not([type=radio], [type=checkbox])");
  if (typing) return typed(event);
  if (event.key === "Enter" && event.target === document.body && inHand()) return byId("decision").requestSubmit();
  if (!on || event.ctrlKey || event.metaKey || event.altKey) return undefined;
  const outcome = OUTCOME_OF_KEY.get(event.key);
  const act = KEYS[event.key.toLowerCase()] ?? pageKey(event.key.toLowerCase());
  if (outcome && inHand()) take(outcome);
  else if (!act || (event.key.startsWith("Arrow") && !desk.letters && !desk.dialogs && !desk.misunderstood && !desk.abnormal && !desk.board && !desk.page?.moves)) return undefined;
  else act(event);
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

export function showHelp() {
  const w = words();
  const rows = [["N", w.nextHint], ["D", w.dial], ["H", w.hangUp], ["1 … 0", w.outcome], ["C ⇧C", w.tick], ["T K", w.note], ["↵", w.record], ["Ctrl ↵", `${w.record} (${w.note})`],
    ["E", w.extend], ["U", w.release], ["S", w.skip], ["F", numberWords().title], ["W", w.trouble], ["Z", `${liveWords().pause} · ${liveWords().goOn}`], ["R E", `${liveWords().states.wrap_up}: ${liveWords().readyNow} · ${liveWords().moreTime}`], ["Q", callerWords().open], ["I", callerWords().decline], ...(desk.session.role === "agent" ? [] : [["B", w.board], ["U A Z X ↓ ↑", Object.values(liveWords().acts).join(" · ")], ["O ↓ ↑", w.abnormal], ["L", w.letters], ["R ↓ ↑", w.resend], ["M", w.misunderstood], ["A X ↓ ↑", `${w.teach} · ${w.meanings.none}`], ["G", w.dialogs], ["V ↓ ↑", w.otherVersion], ["F", w.publish]]), ["P", w.parcels], ...pageHelp(), ["Esc", w.back], ["?", w.help]];
  const box = h("dialog", { "aria-label": w.help, onclose: () => box.remove() },
    h("h2", {}, w.help), h("dl", { class: "keys" }, rows.map(([name, what]) => [h("dt", {}, key(name)), h("dd", {}, what)])),
    h("form", { method: "dialog" }, h("button", { class: "strong" }, w.back, key("Esc"))));
  document.body.append(box);
  box.showModal();
}
