// What happens in the dialogs now: how versions fare side by side, and each script's chart with numbers in it.

import { api, picture } from "./api.js";
import { h, key, say } from "./dom.js";
import { byId, clockFrom, desk } from "./state.js";
import { banner, once, told as tell } from "./told.js";
import { inLanguage, words } from "./words.js";

const OF_VERSION = ["begun", "finished", "ordered", "given_up", "misunderstood", "timed_out", "standing"];
const OF_STATE = ["standing", "entered", "left", "finished", "ordered", "misunderstood", "timed_out", "gave_up", "abandoned"];

export function drawDialogs({ version, versions, scripts, nowhere, script }) {
  const w = words();
  const chosen = scripts.find((each) => each.script === script) ?? scripts[0];
  return h("article", { class: "board dialogs" },
    h("h2", { id: "card-title", tabindex: "-1" }, w.dialogsTitle),
    table(w.version, OF_VERSION, versions.map((each) => [named(each.version, version), each]), (each) => h("td", { class: "number" }, share(each.completion)), w.completion),
    acts().length > 0 && h("p", {}, h("button", { type: "button", id: "publish", onclick: publish }, w.publish, key("F"))),
    nowhere.misunderstood && h("p", { class: "muted" }, w.nowhere(nowhere.misunderstood)),
    h("div", { class: "watching" },
      h("ul", { id: "scripts", "aria-label": w.script }, scripts.map((each) => drawScript(each, each === chosen))),
      h("section", { class: "panel", "aria-label": chosen.script },
        h("div", { class: "chart", tabindex: "0", role: "region", "aria-label": w.chartOf(chosen.script) }, h("img", { id: "chart", alt: w.chartOf(chosen.script), src: address(chosen.script, version) })),
        chosen.states.length ? table(w.state, OF_STATE, chosen.states.map((each) => [each.state, each])) : h("p", { class: "muted" }, w.nothingYet),
        chosen.ways.length > 0 && drawWays(chosen.ways))));
}

function drawWays(ways) {
  const w = words();
  return h("table", { class: "panel counts", id: "ways" },
    h("thead", {}, h("tr", {}, [w.state, w.way, w.taken].map((name) => h("th", { scope: "col" }, name)))),
    h("tbody", {}, ways.map((each) => h("tr", {}, h("th", { scope: "row" }, each.state), h("td", {}, each.trigger), h("td", { class: "number" }, each.count)))));
}

function named(version, looked) {
  const w = words();
  const { live, trial } = desk.dialogs;
  const what = version === live ? w.live : trial && version === trial.version ? w.onTrial(trial) : "";
  return h("button", { type: "button", class: "version", "aria-pressed": String(version === looked), onclick: () => look(version) }, version, h("small", {}, what), versions().length > 1 && key("V"));
}

function table(name, columns, rows, last, lastName) {
  const w = words();
  return h("table", { class: "panel counts" },
    h("thead", {}, h("tr", {}, h("th", { scope: "col" }, name), columns.map((each) => h("th", { scope: "col" }, w.counted[each])), lastName && h("th", { scope: "col" }, lastName))),
    h("tbody", {}, rows.map(([title, of]) => h("tr", {}, h("th", { scope: "row" }, title),
      columns.map((each) => h("td", { class: `number ${each}` }, of[each] || "–")), last && last(of)))));
}

const share = (part) => (part === null ? "–" : `${Math.round(part * 1000) / 10} %`);

function drawScript(of, chosen) {
  const w = words();
  return h("li", {}, h("button", { type: "button", class: "script", "data-script": of.script, "aria-pressed": String(chosen), onclick: () => choose(of.script) },
    h("strong", {}, of.script), h("span", { class: "muted" }, [
      of.standing && `${w.counted.standing} ${of.standing}`, of.misunderstood && `${w.counted.misunderstood} ${of.misunderstood}`,
    ].filter(Boolean).join(" · "))));
}

const address = (script, version) => picture(script, version, inLanguage(), desk.dialogs.revision);
const versions = () => desk.dialogs.versions.map((each) => each.version);

// ── what a supervisor does ──

export async function refreshDialogs() {
  const before = told(desk.dialogs);
  const open = Boolean(desk.dialogs);
  const fresh = await api.dialogs(desk.dialogs?.version ?? "");
  clockFrom(fresh);
  desk.dialogs = { ...fresh, script: desk.dialogs?.script ?? busiest(fresh), revision: desk.dialogs?.revision ?? 0 };
  if (open && before !== told(desk.dialogs)) {
    desk.dialogs.revision += 1;
    redraw();
  }
  return true;
}

const told = (of) => of && JSON.stringify([of.version, of.live, of.trial, of.versions, of.scripts, of.nowhere]);
const busiest = (of) => [...of.scripts].sort((one, other) => (other.standing ?? 0) - (one.standing ?? 0))[0].script;

function redraw() {
  const on = document.activeElement?.closest("[data-script], .version");
  const place = on ? [...document.querySelectorAll("[data-script], .version")].indexOf(on) : -1;
  byId("main").replaceChildren(drawDialogs(desk.dialogs));
  if (place >= 0) document.querySelectorAll("[data-script], .version")[place]?.focus();
}

function choose(script) {
  desk.dialogs.script = script;
  redraw();
}

export function moveScript(by) {
  const names = desk.dialogs.scripts.map((each) => each.script);
  const place = names.indexOf(desk.dialogs.script) + by;
  choose(names[Math.min(names.length - 1, Math.max(0, place))]);
  document.querySelector("[data-script][aria-pressed=true]").focus();
}

export function nextVersion() {
  const all = versions();
  return look(all[(all.indexOf(desk.dialogs.version) + 1) % all.length]);
}

function look(version) {
  desk.dialogs.version = version;
  return once(refreshDialogs);
}

// ── what is done to a version, after a second look ──

function acts() {
  const { trial, live, before } = desk.dialogs;
  return [
    ...(trial ? [["promote", trial.version], ["withdraw", trial.version]] : []),
    ...(before ? [["rollback", live]] : []),
  ];
}

export function publish() {
  const w = words();
  const able = acts();
  if (!able.length) return;
  const box = h("dialog", { id: "publishing", class: "publishing", "aria-label": w.publish, onclose: () => box.remove() },
    h("h2", {}, w.publish),
    h("form", { method: "dialog", onsubmit: (event) => done(event, able) },
      h("fieldset", {}, h("legend", {}, w.publishWhat), able.map(([act, version], place) =>
        h("label", { class: "act" }, h("input", { type: "radio", name: "act", value: String(place), required: true }), ` ${w.acting[act](version, desk.dialogs.before)}`))),
      h("label", {}, w.note, h("input", { name: "note", maxlength: "2000" })),
      h("p", { class: "muted" }, w.publishMeans),
      h("div", { class: "row" }, h("button", { class: "strong", value: "do" }, w.publishDo),
        h("button", { type: "button", onclick: () => box.close() }, w.back, key("Esc")))));
  document.body.append(box);
  box.showModal();
}

async function done(event, able) {
  const form = event.target;
  const [act, version] = able[Number(new FormData(form).get("act"))];
  const note = new FormData(form).get("note");
  const made = await once(() => api.publication(act, version, note));
  if (!made) return;
  await refreshDialogs().catch(tell);
  const text = words().acted[act](version, made.live);
  banner(text);
  say(text);
}
