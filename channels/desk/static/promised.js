// What this agent has promised: when he is to ring whom again, and an alarm when the time has come.

import { alarm, h } from "./dom.js";
import { byId, desk, now } from "./state.js";
import { banner } from "./told.js";
import { time, words } from "./words.js";

const told = new Set();

export const promisedPlace = () => h("section", { id: "promised", class: "promised", hidden: true });

export function drawPromised() {
  const place = byId("promised");
  if (!place) return;
  const w = words();
  const promised = desk.queue?.promised ?? [];
  place.hidden = !promised.length;
  place.replaceChildren(h("h2", {}, w.promisedTitle), h("ol", {}, promised.map((task) =>
    h("li", { class: task.due_at <= now() ? "late" : "" },
      h("div", { class: "row" }, h("span", { class: "number" }, task.order_number ?? w.callback), h("strong", {}, time(task.due_at))),
      h("div", { class: "row muted" }, h("span", { class: "number" }, task.subscriber))))));
  for (const task of promised) remind(task);
}

function remind(task) {
  const name = `${task.id}@${task.due_at}`;
  if (task.due_at > now() || told.has(name) || task.id === desk.card?.id) return;
  told.add(name);
  const text = words().promisedDue(task.subscriber);
  banner(text, "bad");
  alarm(text);
}
