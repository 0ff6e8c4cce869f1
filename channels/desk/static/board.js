// The supervisor's board, live: who does what and for how long, who waits, why and for how long, how today goes; and what
// may be done for whoever is chosen. Rows stand by name and stay where they are; only what has changed is drawn anew.

import { api } from "./api.js";
import { h, key, say } from "./dom.js";
import { liveWords } from "./live_words.js";
import { called, clockOf, level, nameOf } from "./presence.js";
import { byId, desk, now } from "./state.js";
import { banner, once, told } from "./told.js";
import { age, clock, inLanguage, reason, words } from "./words.js";

let chosen = null;

export function drawBoard(board) {
  const w = words();
  return h("article", { class: "board live" },
    h("h2", { id: "card-title", tabindex: "-1" }, w.boardTitle),
    h("div", { class: "figures" },
      figure(w.queue, board.due), figure(w.oldest, board.oldest_at ? age(Math.max(0, board.now - board.oldest_at)) : "–"),
      figure(w.held, board.held), figure(w.later(""), board.later), board.closed > 0 && figure(w.opens(clock(board.opens_at)), board.closed),
      figure(liveWords().triesToday, board.attempts.tries), figure(liveWords().rateToday, board.rate === null ? "–" : `${Math.round(board.rate * 100)} %`)),
    drawActs(board),
    h("div", { class: "panel", role: "region", tabindex: "0", "aria-label": w.agent }, drawAgents(board)),
    h("div", { class: "halves" }, drawWaits(board), drawAges(board)),
    h("p", { class: "muted" }, w.today, ": ", outcomes(board.outcomes)));
}

const figure = (name, value) => h("div", { class: "panel figure" }, h("strong", { class: "number" }, value), h("span", {}, name));

// ── who does what ──

function drawAgents(board) {
  const w = words();
  const l = liveWords();
  const here = board.agents.filter((agent) => board.doing[agent.name]);
  const out = board.agents.filter((agent) => !board.doing[agent.name]);
  return [
    h("table", { id: "agents" },
      h("thead", {}, h("tr", {}, [w.agent, l.doingNow, w.task, w.today].map((name) => h("th", { scope: "col" }, name)))),
      h("tbody", {}, here.map((agent) => drawAgent(agent, board)))),
    out.length > 0 && h("p", { class: "muted" }, `${w.nobodyIn}: `, out.map((agent) => agent.name).join("、")),
  ];
}

function drawAgent(agent, board) {
  const l = liveWords();
  const doing = board.doing[agent.name];
  return h("tr", { tabindex: "0", "data-agent": agent.name, "data-since": doing.since, "data-limit": doing.limit ?? "", "data-ends": doing.ends_at ?? "", "data-task": doing.task ?? "", class: chosen === agent.name ? "chosen" : "",
    "aria-label": `${agent.name}: ${called(doing)}`, onfocus: () => choose(agent.name), onclick: () => choose(agent.name) },
    h("th", { scope: "row" }, agent.name, h("small", {}, l.roles[agent.role] ?? agent.role)),
    h("td", {}, h("span", { class: "doing", "data-state": doing.state }, called(doing), " ", h("span", { class: "clock number" }), h("span", { class: "long" })),
      doing.then && h("small", {}, ` → ${nameOf(doing.then)}`)),
    h("td", {}, doing.task ? h("span", {}, h("span", { class: "number" }, doing.order ?? words().callback), doing.tries > 0 && h("small", {}, ` ${words().tried(doing.tries)}`)) : "–"),
    h("td", {}, outcomes(agent.outcomes)));
}

// The clocks, each second; what takes too long says so in words too.
export function tickBoard() {
  if (!desk.board) return;
  for (const row of document.querySelectorAll("#agents tr[data-agent]")) {
    const doing = { since: Number(row.dataset.since), limit: Number(row.dataset.limit), ends_at: Number(row.dataset.ends), task: row.dataset.task };
    const how = level(doing, now());
    row.dataset.level = how;
    row.querySelector(".clock").textContent = clockOf(doing, now());
    row.querySelector(".long").textContent = how ? ` ${liveWords().long[how]}` : "";
  }
}

function outcomes(counts) {
  const w = words();
  const entries = Object.entries(counts).sort((one, other) => other[1] - one[1]);
  return entries.length ? entries.map(([name, count]) => `${w.outcomes[name] ?? name} ${count}`).join(" · ") : w.none;
}

// ── who waits ──

function drawWaits(board) {
  const l = liveWords();
  return h("section", { class: "panel", "aria-labelledby": "waits" }, h("h3", { id: "waits" }, l.waitsWhy(board.looked_at, board.due)),
    h("table", {}, h("thead", {}, h("tr", {}, [l.why, l.count, l.oldest].map((name) => h("th", { scope: "col" }, name)))),
      h("tbody", {}, board.waiting_for.map((each) => h("tr", {}, h("th", { scope: "row" }, nameOfReason(each.code)),
        h("td", { class: "number" }, each.count), h("td", { class: "number" }, age(Math.max(0, board.now - each.oldest_at))))))));
}

const nameOfReason = (code) => { try { return reason({ code, saw: {} })[0]; } catch { return code; } };

function drawAges(board) {
  const l = liveWords();
  const most = Math.max(1, ...board.ages.map((each) => each.count));
  return h("section", { class: "panel", "aria-labelledby": "ages" }, h("h3", { id: "ages" }, l.waitsLong),
    h("table", {}, h("tbody", {}, board.ages.map((each, place) => h("tr", {},
      h("th", { scope: "row" }, each.upto ? l.upTo(age(each.upto)) : l.longer(age(board.ages[place - 1].upto))),
      h("td", { class: "number" }, each.count), h("td", {}, h("meter", { min: 0, max: most, value: each.count, "aria-hidden": "true" })))))));
}

// ── choosing somebody, and what may be done ──

const rows = () => [...document.querySelectorAll("#agents tr[data-agent]")];

export function moveAgent(by) {
  const all = rows();
  const place = all.findIndex((row) => row.dataset.agent === chosen);
  const wanted = place < 0 ? 0 : Math.min(all.length - 1, Math.max(0, place + by));
  all[wanted]?.focus();
}

function choose(name) {
  chosen = name;
  for (const row of rows()) row.classList.toggle("chosen", row.dataset.agent === name);
  byId("acts")?.replaceWith(drawActs(desk.board));
}

const doingOf = (board) => (chosen ? board.doing[chosen] : null);

function drawActs(board) {
  const l = liveWords();
  const doing = doingOf(board);
  const act = (name, letter, may) => h("button", { type: "button", "data-act": name, disabled: !may, onclick: () => boardAct(name) }, l.acts[name], key(letter));
  return h("div", { id: "acts", class: "acts", role: "toolbar", "aria-label": l.chosen },
    h("span", { class: "muted" }, `${l.chosen} `, h("strong", {}, doing ? chosen : l.nobodyChosen), " ", h("span", {}, key("↓"), key("↑"))),
    act("unlock", "U", doing?.task), act("assign", "A", doing?.task), act("pause", "Z", doing), act("out", "X", doing));
}

// True when it was for the board.
export function boardAct(name) {
  const doing = desk.board && doingOf(desk.board);
  if (!desk.board) return false;
  if (!doing) {
    say(liveWords().nobodyChosen);
    return name !== "pause"; // one's own pause needs nobody chosen
  }
  const about = { agent: chosen, doing };
  if (name === "unlock" && doing.task) ask(about, name, null, (why) => api.unlockTask(doing.task, why));
  if (name === "assign" && doing.task) ask(about, name, others(), (why, agent) => api.assignTask(doing.task, agent, why));
  if (name === "pause") ask(about, name, pauses(), (why, reason) => api.pauseAgent(about.agent, reason, why));
  if (name === "out") ask(about, name, null, (why) => api.signOutAgent(about.agent, why));
  return true;
}

const others = () => desk.board.agents.filter((agent) => agent.name !== chosen && desk.board.doing[agent.name] && !desk.board.doing[agent.name].task)
  .map((agent) => [agent.name, `${agent.name} · ${called(desk.board.doing[agent.name])}`]);
const pauses = () => desk.board.reasons.map((each) => [each.code, each.names[inLanguage()] ?? each.code]);

function ask({ agent, doing }, name, choices, work) {
  const l = liveWords();
  const title = l.asks[name](agent, doing.order ?? words().callback);
  if (choices && !choices.length) return banner(l.nobodyFree, "bad");
  const form = h("form", { onsubmit: async (event) => { event.preventDefault(); box.close(); await done(title, () => work(form.elements.why.value.trim(), form.elements.choice?.value)); } },
    choices && h("label", {}, l.choices[name], h("select", { name: "choice" }, choices.map(([value, text]) => h("option", { value }, text)))),
    h("label", {}, l.becauseOf, h("input", { name: "why", maxlength: "500", autocomplete: "off", placeholder: l.becauseHint })),
    h("p", { class: "buttons" }, h("button", { class: "strong" }, l.acts[name], key("↵")), h("button", { type: "button", onclick: () => box.close() }, words().back, key("Esc"))));
  const box = h("dialog", { class: "publishing", id: "supervise", "aria-label": title, onclose: () => box.remove() }, h("h2", {}, title), form);
  document.body.append(box);
  return box.showModal();
}

async function done(title, work) {
  const answer = await once(() => work().then(() => true));
  await refreshBoard().catch(told);
  if (!answer) return;
  banner(liveWords().done(title));
  say(liveWords().done(title));
}

// ── as things change ──

const signature = (board) => JSON.stringify({ ...board, now: 0, agents: board.agents.map((each) => ({ ...each, seen_at: 0, lease_until: 0 })), doing: Object.entries(board.doing).map(([name, each]) => [name, { ...each, seen_at: 0 }]) });

export async function refreshBoard() {
  const before = desk.board;
  desk.board = await api.board();
  if (!before || (signature(before) === signature(desk.board) && desk.board.now - before.now < 60)) return true;
  const focused = document.activeElement?.closest("#agents tr")?.dataset.agent;
  const { scrollTop } = byId("main");
  byId("main").replaceChildren(drawBoard(desk.board));
  byId("main").scrollTop = scrollTop;
  if (focused) rows().find((row) => row.dataset.agent === focused)?.focus({ preventScroll: true });
  tickBoard();
  return true;
}
