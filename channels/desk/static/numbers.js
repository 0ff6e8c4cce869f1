// Another number for the order: looked for as the customer would like it, and kept for him while he decides.
//
// Enter in a field looks for it, ↓ goes through what was found, Enter keeps it. What is kept is what will be recorded.

import { api } from "./api.js";
import { h, key, say } from "./dom.js";
import { byId, desk } from "./state.js";
import { once } from "./told.js";
import { numberWords } from "./number_words.js";
import { clock, money } from "./words.js";

let kept = ""; // which number
let after = null; // where the next page begins

export function drawNumbers(item) {
  const w = numberWords();
  kept = "";
  after = null;
  return h("fieldset", { class: "numbers", id: "numbers", "aria-label": w.title, onkeydown: pressed, oninput: quiet },
    h("input", { type: "hidden", name: "number" }),
    h("label", { class: "short" }, w.like, h("input", { name: "like", autocomplete: "off", maxlength: "11", placeholder: w.likeHint, title: item.number })),
    h("label", { class: "short" }, w.most, h("input", { name: "most", type: "number", min: "0", step: "1" })),
    h("label", { class: "check" }, h("input", { type: "checkbox", name: "without_4" }), h("span", {}, w.without4)),
    h("button", { type: "button", id: "find", onclick: () => find() }, w.search, key("F")),
    h("span", { id: "beside" }),
    h("p", { id: "numbers-said", role: "status" }),
    h("ul", { id: "found" }));
}

// The key for it: from anywhere on the card.
export function findNumber() {
  const like = document.querySelector("#numbers input[name=like]");
  if (!like) return;
  const radio = document.querySelector("input[name=outcome][value=changed]");
  if (!radio.checked) radio.click();
  like.focus();
}

// What is only looked for changes no price.
const quiet = (event) => event.target.name !== "number" && event.stopPropagation();

function pressed(event) {
  if (event.ctrlKey || event.metaKey) return;
  const options = [...document.querySelectorAll("#found button")];
  const place = options.indexOf(event.target);
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (event.key === "Enter" && event.target.matches("input")) find();
  else if (event.key === "PageDown" && after) find(after);
  else if (event.key === "Escape" && place >= 0) event.target.blur();
  else if (step && options.length && (place >= 0 || (step > 0 && event.target.name === "like"))) (options[place + step] ?? (step < 0 ? byId("numbers").elements.namedItem("like") : options[place])).focus();
  else return;
  event.preventDefault();
  event.stopPropagation();
}

async function find(next = "") {
  const { like, most, without_4 } = byId("numbers").elements;
  const wish = { like: like.value.trim(), without_4: without_4.checked, next };
  if (most.value) wish.most = Math.round(Number(most.value) * 100);
  const card = desk.card.id;
  const page = await once(() => api.numbers(card, wish));
  if (!page || desk.card?.id !== card || !byId("found")) return;
  const w = numberWords();
  byId("found").replaceChildren(...page.numbers.map(drawOption));
  after = page.next;
  drawBeside();
  tell(page.numbers.length ? w.found(page.numbers.length) : w.none);
  if (next) byId("found").querySelector("button")?.focus();
}

function drawBeside() {
  const w = numberWords();
  byId("beside").replaceChildren(...[after && h("button", { type: "button", onclick: () => find(after) }, w.others, key("PgDn")),
    kept && h("button", { type: "button", onclick: giveUp }, w.back)].filter(Boolean));
}

const round = (fen) => money(fen).replace(/\.00$/, "");

function drawOption(each) {
  const w = numberWords();
  const terms = [each.prepaid ? w.prepaid(round(each.prepaid)) : w.free, each.monthly && w.monthly(round(each.monthly), each.months)].filter(Boolean);
  return h("li", {}, h("button", { type: "button", class: "option", "aria-pressed": String(each.number === kept), onclick: () => keep(each) },
    h("strong", { class: "number" }, each.number), h("small", {}, terms.join(" · "))));
}

async function keep({ number }) {
  const card = desk.card.id;
  const held = await once(() => api.holdNumber(card, number, kept));
  if (!held || desk.card?.id !== card) return;
  choose(number);
  tell(numberWords().held(number, clock(held.until)));
}

async function giveUp() {
  const card = desk.card.id;
  const done = await once(async () => { await api.letNumberGo(card, kept); return true; });
  if (!done || desk.card?.id !== card) return;
  choose("");
  findNumber();
  tell(numberWords().gone);
}

function choose(number) {
  kept = number;
  drawBeside();
  const field = byId("numbers").elements.namedItem("number");
  field.value = number;
  for (const option of document.querySelectorAll("#found .option")) {
    option.setAttribute("aria-pressed", String(option.querySelector("strong").textContent === number));
  }
  field.dispatchEvent(new Event("input", { bubbles: true })); // what it then costs is asked
}

function tell(text) {
  byId("numbers-said").textContent = text;
  say(text);
}
