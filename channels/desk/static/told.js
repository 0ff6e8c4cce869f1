// Asking the house, with every refusal told to the agent: on the card if it is about the task in hand, else above it.

import { Refused, Unreachable } from "./api.js";
import { alarm } from "./dom.js";
import { leave } from "./door.js";
import { lose } from "./hand.js";
import { byId, desk } from "./state.js";
import { inLanguage, words } from "./words.js";

// Refusals that are not about the task in hand. Over a page beside the card nothing is: the stream tells if that is lost.
const ELSEWHERE = ["no_such_letter", "already_calling", "out_of_hours", "number_not_held", "bad_pattern", "cannot_publish", "not_to_him", "no_such_agent", "no_such_order", "not_live", "already_reviewed", "no_such_call", "no_such_rules"];

// What a person does: one thing at a time, so that a key pressed twice is not done twice.
export async function once(work) {
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

export async function told(problem) {
  const w = words();
  if (problem instanceof Unreachable) return banner(w.away, "bad");
  if (!(problem instanceof Refused)) throw problem;
  if (problem.status === 401 && desk.session) return leave(problem.refusal === "signed_out" ? w.signedOutNow : w.refused[problem.refusal] ?? problem.message);
  if (problem.status === 401 && !desk.entering) return undefined; // what was asked before he left, answered afterwards
  const text = w.refused[problem.refusal] ?? problem.message;
  const whole = inLanguage() === "en" || ["bad_decision", "bad_phrase", "bad_span", "bad_review"].includes(problem.refusal) ? `${text} ${problem.message}` : text;
  if (desk.card && !desk.board && !desk.page && !ELSEWHERE.includes(problem.refusal) && [404, 409, 410].includes(problem.status)) lose(text, problem.refusal === "illegal_change" ? w.overtaken : w.lost);
  else banner(whole, "bad");
  alarm(whole);
}

export function banner(text, kind = "good") {
  const element = byId("banner");
  if (!element) return;
  element.textContent = text;
  element.className = text ? `banner ${kind}` : "banner";
}
