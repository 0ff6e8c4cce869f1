// Who works here: a supervisor lets agents in and looks after them, an administrator after everybody; and one's own password.

import { api, Refused } from "./api.js";
import { h, key, say } from "./dom.js";
import { leave } from "./door.js";
import { redraw } from "./lead.js";
import { peopleWords } from "./people_words.js";
import { clockFrom, desk, now } from "./state.js";
import { banner, once } from "./told.js";
import { time, words } from "./words.js";

let known = { people: [], roles: [], languages: [], skills: [] };

export const people = {
  all: () => desk.session.has_password,
  title: () => (leads() ? peopleWords().people : peopleWords().mine),
  moves: move,
  adds: () => leads() && box(null),
  opens: ask,
  draws: () => h("article", { class: "board people" }, leads() && drawPeople(), desk.session.has_password && drawMine()),
};

const leads = () => desk.session.role !== "agent";

async function ask() {
  if (!leads()) return;
  known = await api.people();
  clockFrom(known);
}

function drawPeople() {
  const w = peopleWords();
  return [
    h("h2", { id: "card-title", tabindex: "-1" }, w.people), h("p", { class: "muted" }, w.peopleHint),
    h("p", {}, h("button", { type: "button", id: "add-person", class: "strong", onclick: () => box(null) }, w.add, key("A")), " ", h("span", { class: "muted" }, key("↓"), key("↑"), ` ${w.choosing}`)),
    h("div", { class: "panel", tabindex: "0", role: "region", "aria-label": w.people }, h("table", {},
      h("thead", {}, h("tr", {}, [w.name, w.role, w.takes, w.phone, w.state, w.seen, w.change].map((name) => h("th", { scope: "col" }, name)))),
      h("tbody", {}, known.people.map(drawPerson)))),
  ];
}

function drawPerson(person) {
  const w = peopleWords();
  return h("tr", { "data-person": person.name },
    h("th", { scope: "row" }, person.name), h("td", {}, w.roles[person.role]), h("td", {}, takes(person)), h("td", { class: "number" }, person.phone || "–"),
    h("td", {}, h("span", { class: standing(person) === "active" ? "" : "tag" }, w.standing[standing(person)])),
    h("td", {}, person.seen_at ? time(person.seen_at) : w.never),
    h("td", {}, person.changeable
      ? h("button", { type: "button", id: `change-${person.name}`, "aria-label": w.changing(person.name), onclick: () => box(person) }, w.change) : "–"));
}

const takes = ({ languages, skills }) => [...languages.map(spoken), ...skills.map((name) => peopleWords().skill(name))].join(" · ") || peopleWords().whatever;
const spoken = (code) => peopleWords().languages[code] ?? code;

// From one who may be changed to the next.
function move(by) {
  const buttons = [...document.querySelectorAll("[data-person] button")];
  const place = buttons.indexOf(document.activeElement);
  buttons[place < 0 ? (by > 0 ? 0 : buttons.length - 1) : place + by]?.focus();
}

const locked = (person) => person.locked_until && person.locked_until > now();
const standing = (person) => (person.disabled ? "disabled" : locked(person) ? "locked" : person.provider ? "provider" : "active");

// ── one of them ──

function box(person) {
  const w = peopleWords();
  const close = () => shown.close();
  const form = h("form", { onsubmit: async (event) => { event.preventDefault(); if (await save(person, form)) close(); } },
    !person && h("label", {}, w.name, h("input", { name: "name", required: true, maxlength: "64", autocomplete: "off", autocapitalize: "none", spellcheck: "false" })),
    h("label", {}, w.role, h("select", { name: "role", disabled: person?.name === desk.session.name }, known.roles.map((role) =>
      h("option", { value: role, selected: role === (person?.role ?? "agent") }, w.roles[role])))),
    h("label", {}, w.phone, h("input", { name: "phone", value: person?.phone ?? "", maxlength: "128", placeholder: w.phoneHint, autocomplete: "off" })),
    person && known.languages.length > 1 && boxes(w.speaks, "languages", known.languages, person.languages, spoken),
    person && known.skills.length > 1 && boxes(w.knows, "skills", known.skills, person.skills, w.skill),
    person && h("p", { class: "muted" }, w.takesHint),
    h("label", {}, person ? w.newPassword : w.password, h("input", { name: "password", type: "password", autocomplete: "new-password", required: !person, placeholder: person ? w.newPasswordHint : "" })),
    h("p", { class: "buttons" }, h("button", { class: "strong" }, w.save, key("↵")),
      person && acts(person).map((act) => h("button", { type: "button", onclick: async () => { if (await did(person, act)) close(); } }, w.acts[act])),
      h("button", { type: "button", onclick: close }, words().back, key("Esc"))));
  const title = person ? w.changing(person.name) : w.add;
  const shown = h("dialog", { class: "publishing", "aria-label": title, onclose: () => shown.remove() }, h("h2", {}, title), form, h("p", { class: "bad", role: "alert" }));
  document.body.append(shown);
  shown.showModal();
}

const boxes = (legend, name, all, his, called) => h("fieldset", { class: "lore" }, h("legend", {}, legend), all.map((each) =>
  h("label", { class: "check" }, h("input", { type: "checkbox", name, value: each, checked: his.includes(each) }), h("span", {}, called(each)))));

const acts = (person) => [
  person.name !== desk.session.name && (person.disabled ? "enable" : "disable"),
  locked(person) && "unlock",
].filter(Boolean);

async function save(person, form) {
  const told = new FormData(form);
  const fields = Object.fromEntries(told);
  const lore = { languages: told.getAll("languages"), skills: told.getAll("skills").sort() };
  if (!person) return settled(fields.name, peopleWords().added, () => api.makePerson(fields));
  return settled(person.name, peopleWords().done, async () => {
    if (fields.role && fields.role !== person.role) await api.changePerson(person.name, "role", { role: fields.role });
    if (fields.phone !== person.phone) await api.changePerson(person.name, "phone", { phone: fields.phone });
    if (["languages", "skills"].some((each) => `${lore[each]}` !== `${person[each]}`)) await api.changePerson(person.name, "skills", lore);
    if (fields.password) await api.changePerson(person.name, "password", { password: fields.password });
  });
}

const did = (person, act) => settled(person.name, peopleWords().done, () => api.changePerson(person.name, act, {}));

// A refusal is told in the box that it is about.
async function settled(name, says, work) {
  const done = await once(() => work().then(() => true, refused));
  if (!done) return false;
  await once(ask);
  redraw();
  banner(says(name));
  say(says(name));
  return true;
}

function refused(problem) {
  const place = document.querySelector("dialog[open] [role=alert]") ?? document.querySelector("#mine [role=alert]");
  if (!(problem instanceof Refused) || !place || problem.status === 401) throw problem;
  place.textContent = peopleWords().refused[problem.refusal] ?? problem.message;
  return false;
}

// ── one's own ──

function drawMine() {
  const w = peopleWords();
  const form = h("form", { id: "mine", class: "panel", onsubmit: async (event) => { event.preventDefault(); await mine(form); } },
    h(leads() ? "h3" : "h2", leads() ? {} : { id: "card-title", tabindex: "-1" }, w.mine), h("p", { class: "muted" }, w.mineHint),
    h("input", { name: "name", type: "hidden", value: desk.session.name, autocomplete: "username" }),
    h("label", {}, w.oldPassword, h("input", { name: "password", type: "password", autocomplete: "current-password", required: true })),
    h("label", {}, w.newPassword, h("input", { name: "new", type: "password", autocomplete: "new-password", required: true })),
    h("p", { class: "buttons" }, h("button", {}, w.save)), h("p", { class: "bad", role: "alert" }));
  return form;
}

async function mine(form) {
  const { password, new: wanted } = Object.fromEntries(new FormData(form));
  if (await once(() => api.ownPassword(password, wanted).then(() => true, refused))) leave(peopleWords().changed);
}
