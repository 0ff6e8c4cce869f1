// The supervisor's board: how long people wait, and who is at work.

import { h } from "./dom.js";
import { age, minutes, words } from "./words.js";

const AWAY = 900;

export function drawBoard(board) {
  const w = words();
  return h("article", { class: "board" },
    h("h2", { id: "card-title", tabindex: "-1" }, w.boardTitle),
    h("div", { class: "figures" },
      figure(w.queue, board.due), figure(w.oldest, board.oldest_at ? age(board.now - board.oldest_at) : "–"),
      figure(w.held, board.held), figure(w.later(""), board.later)),
    h("table", { class: "panel" },
      h("thead", {}, h("tr", {}, [w.agent, w.task, w.seen, w.today].map((name) => h("th", { scope: "col" }, name)))),
      h("tbody", {}, board.agents.map((agent) => drawAgent(agent, board.now)))),
    h("p", { class: "muted" }, w.today, ": ", outcomes(board.outcomes)));
}

const figure = (name, value) => h("div", { class: "panel figure" }, h("strong", { class: "number" }, value), h("span", {}, name));

function drawAgent(agent, now) {
  const w = words();
  const here = agent.seen_at && now - agent.seen_at < AWAY;
  return h("tr", { class: here ? "" : "muted" },
    h("th", { scope: "row" }, agent.name, h("small", {}, agent.role)),
    h("td", {}, agent.task ? h("span", { class: "state held" }, `${w.working} ${minutes(agent.lease_until - now)}`) : here ? w.free : "–"),
    h("td", {}, here ? age(Math.max(1, now - agent.seen_at)) : w.nobodyIn),
    h("td", {}, outcomes(agent.outcomes)));
}

function outcomes(counts) {
  const w = words();
  const entries = Object.entries(counts).sort((one, other) => other[1] - one[1]);
  return entries.length ? entries.map(([name, count]) => `${w.outcomes[name] ?? name} ${count}`).join(" · ") : w.none;
}
