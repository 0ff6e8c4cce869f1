// Rules that supervisors change: read, changed as text, tried, published for a reason, and rolled back.
//
//   what is written stays in the box until it is published or another book is opened; only what was tried, and is
//   right, can be published.

import { api } from "./api.js";
import { h, key, say } from "./dom.js";
import { redraw } from "./lead.js";
import { leadWords } from "./lead_words.js";
import { drawTable } from "./reports.js";
import { byId } from "./state.js";
import { banner, once } from "./told.js";
import { inLanguage, time } from "./words.js";

let books = [];
let open = null; // the book, with what is written in it and what became of trying it

export const rules = {
  title: () => leadWords().rules,
  opens: async () => {
    books = (await api.rules()).books;
    await look(open?.book ?? books[0].book);
  },
  draws: draw,
};

async function look(book) {
  open = { ...await api.rulesOf(book, inLanguage()), tried: null, problems: [] };
  open.text = open.content;
}

function draw() {
  const w = leadWords();
  return h("article", { class: "board rules" },
    h("h2", { id: "card-title", tabindex: "-1" }, w.rules), h("p", { class: "muted" }, w.rulesHint),
    h("ul", { class: "books", "aria-label": w.rules }, books.map(drawBook)),
    h("div", { class: "book" }, drawText(), drawBeside()));
}

const drawBook = ({ book }) => h("li", {}, h("button", { type: "button", id: `book-${book}`, "aria-pressed": String(book === open.book), onclick: () => choose(book) }, leadWords().books[book]));

async function choose(book) {
  if (changed() && !window.confirm(leadWords().leaveText)) return;
  if (await once(async () => { await look(book); return true; })) redraw();
}

const changed = () => open.text !== open.content;

// ── the text ──

function drawText() {
  const w = leadWords();
  const { problems, tried } = open;
  return h("section", { class: "panel writing", "aria-labelledby": "writing" },
    h("h3", { id: "writing" }, leadWords().books[open.book], " ", h("small", {}, w.version(open.published ? open.version : w.configured))),
    h("textarea", { id: "text", name: "rules", rows: "24", spellcheck: "false", "aria-label": leadWords().books[open.book], "aria-describedby": problems.length ? "wrong" : undefined, "aria-invalid": String(problems.length > 0), oninput: written, onkeydown: pressed, value: open.text }, open.text),
    problems.length > 0 && h("ol", { id: "wrong", class: "wrong", "aria-label": w.wrong }, problems.map(({ line, what }) => h("li", {}, h("button", { type: "button", onclick: () => goTo(line) }, w.line(line)), " ", what))),
    h("p", { class: "buttons" },
      h("button", { type: "button", id: "try", onclick: tryOut }, w.tryOut, key("Ctrl ↵")),
      h("button", { type: "button", id: "publish-rules", class: "strong", disabled: !tried || !changed(), onclick: () => confirm({ content: open.text }, tried.version) }, w.publish),
      changed() && h("button", { type: "button", id: "undo", onclick: () => put(open.content) }, w.undo)));
}

function written(event) {
  open.text = event.target.value;
  open.tried = null;
  byId("publish-rules").disabled = true;
}

function pressed(event) {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    tryOut();
  }
}

function put(text) {
  Object.assign(open, { text, tried: null, problems: [] });
  redraw();
  byId("text").focus();
}

// The line, chosen, where one sees it.
function goTo(line) {
  const box = byId("text");
  const lines = box.value.split("\n");
  const begin = lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0);
  box.focus();
  box.setSelectionRange(begin, begin + (lines[line - 1] ?? "").length);
  box.scrollTop = (box.scrollHeight / lines.length) * Math.max(0, line - 6);
}

async function tryOut() {
  const w = leadWords();
  const answer = await once(() => api.tryRules(open.book, open.text, inLanguage()).catch(asProblems));
  if (!answer) return;
  open.problems = answer.problems ?? [];
  open.tried = answer.problems ? null : answer;
  redraw();
  say(answer.problems ? w.problems(answer.problems.length) : w.right);
  if (answer.problems) goTo(answer.problems[0].line);
  else byId("try").focus();
}

// What is wrong in the text is told beside it, and is no refusal of anything.
function asProblems(refused) {
  if (refused.refusal !== "bad_rules") throw refused;
  return { problems: refused.answer.problems };
}

// ── beside it: what is new, what it means, what was before ──

function drawBeside() {
  const w = leadWords();
  const { tried, means, history } = open;
  return h("div", { class: "beside" },
    tried && tried.changed.length > 0 && h("section", { class: "panel" }, h("h3", {}, w.changed), h("pre", { class: "diff", tabindex: "0", "aria-label": w.changed }, tried.changed.map(drawLine))),
    (tried?.means ?? means).map((sheet) => h("section", { class: "panel sheet", "data-sheet": sheet.name }, h("h3", {}, sheet.title), h("p", { class: "muted" }, sheet.told), drawTable(sheet))),
    h("section", { class: "panel" }, h("h3", {}, w.history),
      history.length === 0 ? h("p", { class: "muted" }, w.neverPublished) : h("ol", { id: "history", class: "list" }, history.map(drawPublished))));
}

const drawLine = (line) => h("span", { class: line.startsWith("+") ? "plus" : line.startsWith("-") ? "minus" : "" }, line, "\n");

function drawPublished({ version, at, who, why }) {
  const w = leadWords();
  const live = version === (open.published ? open.version : "configured");
  const name = version === "configured" ? w.configured : version;
  return h("li", {}, h("div", { class: "row" }, h("span", {}, `${time(at)} · ${who}`), h("code", {}, name)), h("q", {}, why),
    h("div", { class: "buttons" },
      h("button", { type: "button", "data-take": version, onclick: () => take(version) }, w.take),
      !live && h("button", { type: "button", "data-back": version, onclick: () => confirm({ version }, name) }, w.back)));
}

async function take(version) {
  const found = await once(() => api.rulesVersion(open.book, version));
  if (found) put(found.content);
}

// ── after a second look ──

function confirm(wanted, version) {
  const w = leadWords();
  const box = h("dialog", { id: "publishing", class: "publishing", "aria-label": w.publish, onclose: () => box.remove() },
    h("h2", {}, w.publishWhat(leadWords().books[open.book], version)),
    h("form", { method: "dialog", onsubmit: (event) => done(event, wanted) },
      h("label", {}, w.why, h("input", { name: "why", maxlength: "2000", required: true })), h("p", { class: "muted" }, w.publishMeans),
      h("div", { class: "row" }, h("button", { class: "strong" }, w.publish), h("button", { type: "button", onclick: () => box.close() }, w.cancel, key("Esc")))));
  document.body.append(box);
  box.showModal();
}

async function done(event, wanted) {
  const why = new FormData(event.target).get("why");
  const made = await once(() => api.publishRules(open.book, { ...wanted, seen: open.version, why }));
  if (!made) return;
  await once(async () => { await look(open.book); return true; });
  redraw();
  byId("card-title").focus();
  const text = leadWords().published(leadWords().books[open.book]);
  banner(text);
  say(text);
}
