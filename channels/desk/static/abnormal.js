// Orders that something is wrong with, and what is brought back: one list, and what may be done about each.

import { api } from "./api.js";
import { h, say } from "./dom.js";
import { byId, clockFrom, desk } from "./state.js";
import { banner, once, told } from "./told.js";
import { money, time, words } from "./words.js";

export function drawAbnormal({ orders, count }) {
  const w = words();
  return h("article", { class: "board" },
    h("h2", { id: "card-title", tabindex: "-1" }, w.abnormalTitle),
    h("p", { class: "muted" }, count ? w.abnormalCount(orders.length, count) : w.abnormalNone),
    h("ol", { class: "letters", id: "abnormal" }, orders.map(drawOrder)));
}

function drawOrder(order) {
  const w = words();
  const refund = order.refund && `${w.refunds[order.refund] ?? order.refund} ${money(order.refund_amount)}`;
  return h("li", { class: "panel abnormal", tabindex: "0", "data-order": order.number, "aria-label": `${order.number}: ${w.problems[order.problem] ?? refund}` },
    h("div", { class: "row" }, h("strong", { class: "number" }, order.number),
      h("span", { class: "state" }, w.states[order.state] ?? order.state), order.problem && h("span", { class: "tag" }, w.problems[order.problem] ?? order.problem), refund && h("span", { class: "tag" }, refund)),
    h("p", { class: "muted" }, [order.name, money(order.total), order.subscriber, time(order.since)].join(" · ")),
    h("p", { class: "buttons" }, order.acts.map((action) =>
      h("button", { type: "button", "data-act": action, onclick: () => act(order.number, action) }, w.abnormalActs[action] ?? action))));
}

async function act(number, action) {
  const done = await once(() => api.settle(number, action));
  await refreshAbnormal().catch(told);
  if (!done) return;
  banner(words().abnormalDone(number));
  say(words().abnormalDone(number));
}

export async function refreshAbnormal() {
  const before = JSON.stringify(desk.abnormal?.orders);
  const open = Boolean(desk.abnormal);
  desk.abnormal = await api.abnormal();
  clockFrom(desk.abnormal);
  if (open && before !== JSON.stringify(desk.abnormal.orders)) redraw();
  return true;
}

// Whoever was on an order stays on it, or on its neighbour.
function redraw() {
  const place = items().indexOf(here());
  const number = here()?.dataset.order;
  byId("main").replaceChildren(drawAbnormal(desk.abnormal));
  if (place < 0) return;
  const same = items().find((item) => item.dataset.order === number);
  (same ?? items()[Math.min(place, items().length - 1)] ?? byId("card-title")).focus();
}

const items = () => [...document.querySelectorAll(".abnormal")];
const here = () => document.activeElement?.closest(".abnormal");

export function moveAbnormal(by) {
  const all = items();
  if (!all.length) return;
  const place = all.indexOf(here());
  all[place < 0 ? 0 : Math.min(all.length - 1, Math.max(0, place + by))].focus();
}
