// Reviews of calls. Whoever leads chooses calls, or has some drawn at random, looks at the card, listens, and answers
// the form; an agent sees what was said of his own.

import { api } from "./api.js";
import { drawCard } from "./card.js";
import { h, say } from "./dom.js";
import { redraw } from "./lead.js";
import { leadWords } from "./lead_words.js";
import { byId, desk } from "./state.js";
import { banner, once } from "./told.js";
import { inLanguage, time, words } from "./words.js";

const ANSWERS = ["yes", "no", "na"];
const NOT_HERE = [".decision", ".lease", ".phone", ".guide", ".buttons"];

let wanted = { agent: "", outcome: "", sample: "1" };
let told = null; // calls, agents, form
let said = []; // reviews
let chosen = null; // a call, with its card

const leads = () => desk.session.role !== "agent";

export const reviews = {
  all: () => true,
  title: () => (leads() ? leadWords().reviews : leadWords().myReviews),
  opens: async () => {
    chosen = null;
    if (leads()) await ask();
    else said = (await api.myReviews()).reviews;
  },
  draws: () => {
    if (leads() && told.language !== inLanguage()) ask().then(redraw);
    return leads() ? drawReviewing() : drawMine();
  },
};

async function ask() {
  const language = inLanguage();
  told = { ...await api.callsToReview({ ...wanted, language }), language };
  said = (await api.reviews()).reviews;
}

// ── for those who lead ──

function drawReviewing() {
  const w = leadWords();
  return h("article", { class: "board reviews" },
    h("h2", { id: "card-title", tabindex: "-1" }, w.reviews), h("p", { class: "muted" }, w.reviewsHint), drawWanted(),
    h("div", { class: "reviewing" },
      h("ol", { id: "calls", class: "calls", "aria-label": w.calls }, told.calls.length ? told.calls.map(drawCall) : h("li", { class: "muted" }, w.noCalls)),
      chosen && h("section", { class: "chosen", "aria-labelledby": "chosen" }, drawForm(), drawLooked())),
    drawSaid(said));
}

function drawWanted() {
  const w = leadWords();
  const form = h("form", { class: "wanted", onsubmit: (event) => { event.preventDefault(); show({ ...Object.fromEntries(new FormData(form)), sample: event.submitter?.value ?? "0" }); } },
    h("label", {}, w.agent, h("select", { id: "of-agent", name: "agent" }, h("option", { value: "" }, w.everybody), told.agents.map((name) => h("option", { value: name, selected: name === wanted.agent }, name)))),
    h("label", {}, w.outcome, h("select", { id: "of-outcome", name: "outcome" }, h("option", { value: "" }, w.anyOutcome), ["confirmed", "changed", "rejected", "not_ordered"].map((name) => h("option", { value: name, selected: name === wanted.outcome }, words().outcomes[name])))),
    h("button", { id: "draw", class: "strong", value: "1" }, w.drawSome), h("button", { id: "list", value: "0" }, w.listAll));
  return form;
}

async function show(next) {
  wanted = next;
  chosen = null;
  if (!await once(async () => { await ask(); return true; })) return;
  redraw();
  say(leadWords().found(told.calls.length));
}

const same = (one, other) => Boolean(one && other) && one.task === other.task && one.attempt === other.attempt;

function drawCall(call) {
  const w = leadWords();
  return h("li", {}, h("button", { type: "button", class: "script", "data-call": `${call.task}-${call.attempt}`, "aria-pressed": String(same(call, chosen)), disabled: call.reviewed, onclick: () => choose(call) },
    h("span", {}, `${call.agent} · ${words().outcomes[call.outcome] ?? call.outcome}`),
    h("span", { class: "muted" }, [time(call.at), call.recorded && w.recorded, call.reviewed && w.reviewedAlready].filter(Boolean).join(" · "))));
}

async function choose(call) {
  const card = await once(() => api.card(call.task));
  if (!card) return;
  chosen = { ...call, card, answers: {}, comment: "" };
  redraw();
  byId("chosen").focus();
}

function drawForm() {
  const w = leadWords();
  return h("form", { class: "panel scoring", id: "scoring", onsubmit: score },
    h("h3", { id: "chosen", tabindex: "-1" }, `${chosen.agent} · ${words().outcomes[chosen.outcome] ?? chosen.outcome} · ${chosen.order ?? words().callback}`),
    chosen.note && h("p", {}, h("q", {}, chosen.note)),
    told.form.questions.map(drawQuestion),
    h("label", {}, w.comment, h("textarea", { name: "comment", rows: "2", maxlength: "2000", oninput: (event) => { chosen.comment = event.target.value; } }, chosen.comment)),
    h("p", { class: "buttons" }, h("button", { class: "strong", id: "score" }, w.score)));
}

function drawQuestion({ name, says, weight, fatal }) {
  const w = leadWords();
  return h("fieldset", { class: "question" }, h("legend", {}, says, " ", h("small", {}, fatal ? w.fatal : w.points(weight))),
    ANSWERS.map((answer) => h("label", {}, h("input", { type: "radio", name, value: answer, required: true, checked: chosen.answers[name] === answer, onchange: () => { chosen.answers[name] = answer; } }), ` ${w.answers[answer]}`)));
}

function drawLooked() {
  const card = drawCard(chosen.card, {});
  for (const part of NOT_HERE) for (const each of card.querySelectorAll(part)) each.remove();
  for (const each of card.querySelectorAll("[id=card-title]")) each.removeAttribute("id");
  card.id = "";
  card.removeAttribute("aria-labelledby");
  card.setAttribute("aria-label", `${words().order} ${chosen.order ?? ""}`);
  card.classList.add("looked");
  return card;
}

async function score(event) {
  event.preventDefault();
  const { task, attempt, answers, comment } = chosen;
  const made = await once(() => api.review({ task, attempt, form: told.form.version, answers, comment }));
  if (!made) return;
  chosen = null;
  await once(async () => { await ask(); return true; });
  redraw();
  byId("card-title").focus();
  const text = leadWords().scored(made.score);
  banner(text);
  say(text);
}

// ── what was said ──

function drawMine() {
  const w = leadWords();
  return h("article", { class: "board reviews" }, h("h2", { id: "card-title", tabindex: "-1" }, w.myReviews), h("p", { class: "muted" }, w.myReviewsHint), drawSaid(said));
}

function drawSaid(reviews) {
  const w = leadWords();
  if (!reviews.length) return h("p", { class: "muted", id: "no-reviews" }, w.noReviews);
  const heads = [w.when, w.agent, w.outcome, w.order, w.score, w.comment, w.reviewer, ...(leads() ? [w.seen] : [])];
  return h("div", { class: "numbers", tabindex: "0", role: "region", "aria-label": w.latest }, h("table", { class: "panel", id: "said" },
    h("thead", {}, h("tr", {}, heads.map((name) => h("th", { scope: "col" }, name)))),
    h("tbody", {}, reviews.map((each) => h("tr", {}, h("td", {}, time(each.called_at)), h("th", { scope: "row" }, each.agent), h("td", {}, words().outcomes[each.outcome] ?? each.outcome),
      h("td", { class: "number" }, each.order ?? "–"), h("td", { class: each.score < 60 ? "number bad" : "number" }, each.score), h("td", {}, each.comment, drawNo(each)), h("td", {}, each.reviewer), leads() && h("td", {}, each.seen ? w.yes : w.notYet))))));
}

// What was answered with no; the questions are those of today's form, where they still stand in it.
function drawNo({ answers }) {
  const missed = Object.entries(answers).filter(([, answer]) => answer === "no").map(([name]) => told?.form.questions.find((each) => each.name === name)?.says ?? name);
  return missed.length > 0 && h("small", { class: "missed-questions" }, ` ✗ ${missed.join(" ✗ ")}`);
}
