// The work card: what an agent should know before he rings, and where he records what the customer said.

import { changesIn, drawChanges } from "./changing.js";
import { h, key } from "./dom.js";
import { drawGuide, keep, ticked } from "./guide.js";
import { drawRecordings } from "./recordings.js";
import { age, called, clock, day, money, reason, time, words } from "./words.js";

export const OUTCOMES = [
  ["answered", [["1", "confirmed"], ["2", "changed"], ["3", "rejected"], ["4", "not_ordered"], ["5", "wrong_number"], ["0", "call_later"]]],
  ["missed", [["6", "no_such_number"], ["7", "no_answer"], ["8", "busy"], ["9", "powered_off"]]],
];

export const OUTCOME_OF_KEY = new Map(OUTCOMES.flatMap(([, outcomes]) => outcomes));

export function drawCard(card, act) {
  return h("article", { class: "card", id: "card", "aria-labelledby": "card-title" },
    drawHead(card, act),
    h("div", { class: "facts" },
      h("div", { class: "column" }, drawOrder(card, act), drawReasons(card), drawAttempts(card), drawParcelsOf(card), drawEarlier(card), drawEvents(card), drawRecordings(card)),
      h("div", { class: "column" }, drawGuide(card)),
      h("div", { class: "column" }, drawConversation(card)),
    ),
    drawForm(card, act),
  );
}

// ── who, what and how long ──

function drawHead(card, act) {
  const w = words();
  return h("header", { class: "head" },
    h("div", { class: "who" },
      h("h2", { id: "card-title", tabindex: "-1" },
        card.order ? [`${w.order} `, h("span", { class: "number" }, card.order.number)] : w.callback,
        card.order && state(card.order.state)),
      h("p", {}, h("span", { class: "muted" }, `${w.customer} `), card.name && `${card.name} · `,
        h("span", { id: "subscriber", class: "number" }, card.subscriber)),
    ),
    h("div", { class: "phone" },
      h("button", { type: "button", id: "dial", class: "strong", onclick: act.dial }, w.dial, key("D")),
      h("p", { id: "dialled", hidden: true }),
      h("p", { id: "call", role: "status", hidden: true }),
    ),
    h("div", { class: "lease", id: "lease" },
      h("p", {}, h("span", { class: "muted" }, `${w.lease} `), h("strong", { id: "left", class: "number" }),
        h("span", { id: "reading", class: "number", hidden: true })),
      h("div", { class: "bar", "aria-hidden": "true" }, h("div", { id: "bar" })),
      h("p", { class: "buttons" },
        h("button", { type: "button", onclick: act.extend }, w.extend, key("E")),
        h("button", { type: "button", onclick: act.release }, w.release, key("U")),
        h("button", { type: "button", onclick: act.skip }, w.skip, key("S"))),
    ),
  );
}

export const state = (name) => h("span", { class: `state ${name}` }, words().states[name] ?? name);

// ── why, what, where ──

function drawReasons(card) {
  const items = card.reasons.map((each) => {
    const [title, text] = reason(each);
    return h("li", {}, h("strong", {}, title), h("span", {}, text));
  });
  const rules = card.order?.rules ? h("p", { class: "muted" }, words().byRules(card.order.rules)) : null;
  return section(words().why, "why", card.order ? null : h("p", {}, words().callbackWhy), h("ul", { class: "reasons" }, items), drawSiblings(card), rules);
}

// What else he is to be rung about: as it is in nobody else's hands meanwhile, it can be settled in the same talk.
function drawSiblings({ siblings }) {
  const w = words();
  return siblings?.length ? h("p", { class: "siblings" }, w.siblings(siblings.map((each) => each.order_number ?? w.callback).join("、"))) : null;
}

function drawOrder(card, act) {
  const { order } = card;
  if (!order) return null;
  const w = words();
  return section(w.order, "order",
    h("table", {},
      h("tbody", {}, order.items.map((item) => h("tr", {},
        h("th", { scope: "row" }, called(item), h("small", {}, [item.offer, item.number].filter(Boolean).join(" "))),
        h("td", {}, w.pieces(item.quantity)),
        h("td", { class: "money" }, money(item.quantity * item.unit_price))))),
      h("tfoot", {}, h("tr", {}, h("th", { scope: "row", colspan: "2" }, w.total), h("td", { class: "money" }, money(order.total)))),
    ),
    h("dl", {},
      h("dt", {}, w.address), h("dd", { class: order.address ? "" : "missing" }, order.address ?? w.noAddress),
      order.recipient && [h("dt", {}, w.recipient), h("dd", {}, order.recipient)],
      order.deliver_at && [h("dt", {}, w.deliverAt), h("dd", {}, time(order.deliver_at))],
      h("dt", {}, w.orderedAt), h("dd", {}, `${time(order.ordered_at)} · ${channel(order.channel)}`)),
    h("p", { class: "buttons" }, h("button", { type: "button", onclick: act.trouble }, w.trouble, key("W"))));
}

const channel = (name) => words().channels[name] ?? name;

function drawConversation(card) {
  const w = words();
  let last = "";
  const lines = card.conversation.flatMap((line) => {
    const date = day(line.at);
    const heading = date === last ? [] : [h("li", { class: "day" }, date)];
    last = date;
    return [...heading, drawLine(line)];
  });
  return section(w.conversation, "conversation",
    lines.length ? h("ol", { class: "talk", tabindex: "0", "aria-label": w.conversation }, lines) : h("p", { class: "muted" }, w.noConversation));
}

function drawLine(line) {
  const w = words();
  const notes = [channel(line.channel), clock(line.at), line.ours ? w.sent[line.state] ?? line.state : ""];
  const bad = ["undelivered", "failed"].includes(line.state);
  if (line.state === "closed") return h("li", { class: "day" }, `${w.closed} · ${clock(line.at)}`);
  return h("li", { class: line.ours ? "ours" : "his" },
    h("p", { class: line.understood ? "" : "lost-words" }, line.text || "—"),
    h("small", { class: bad ? "bad" : "" }, notes.filter(Boolean).join(" · "), line.understood ? null : h("em", {}, ` · ${w.notUnderstood}`)));
}

function drawAttempts(card) {
  const w = words();
  const lines = [...card.attempts, ...(card.remarks ?? [])].sort((one, other) => one.at - other.at);
  return section(w.attempts, "attempts", lines.length ? h("ol", { class: "list" }, lines.map(drawAttempt)) : h("p", { class: "muted" }, w.noAttempts));
}

function drawAttempt(each) {
  const w = words();
  const what = each.outcome ? w.outcomes[each.outcome] ?? each.outcome : each.reason ? `${w.skip}: ${w.skipReasons[each.reason] ?? each.reason}` : w.remark;
  return h("li", {}, h("strong", {}, what), ` ${time(each.at)} · ${actor(each.agent)}`,
    each.order_number ? h("span", { class: "number" }, ` · ${each.order_number}`) : null,
    each.callback_at ? h("span", {}, ` → ${time(each.callback_at)}`) : null,
    each.note ? h("q", {}, each.note) : null);
}

// A note that was kept while the card is open.
export function redrawAttempts(card) {
  document.querySelector(".panel.attempts")?.replaceWith(drawAttempts(card));
}

function drawEarlier(card) {
  const w = words();
  if (!card.earlier.length) return section(w.earlier, "earlier", h("p", { class: "muted" }, w.noEarlier), drawCalls(card));
  return section(w.earlier, "earlier", h("ol", { class: "list" }, card.earlier.map((order) => h("li", {},
    h("div", { class: "row" }, h("span", { class: "number" }, order.number), state(order.state)),
    h("div", { class: "row" },
      h("span", { class: "muted" }, order.items.map((item) => `${called(item)} ${w.pieces(item.quantity)}`).join("、")),
      h("span", { class: "money" }, money(order.total))),
    h("small", {}, time(order.ordered_at))))), drawCalls(card));
}

function drawCalls(card) {
  if (!card.calls?.length) return null;
  return [h("h4", {}, words().earlierCalls), h("ol", { class: "list" }, card.calls.map(drawAttempt))];
}

function drawEvents(card) {
  if (!card.events.length) return null;
  const w = words();
  return section(w.events, "events", h("ol", { class: "list" }, card.events.map((event) => h("li", {},
    h("strong", {}, w.acts[event.act] ?? event.act), ` ${time(event.at)} · ${actor(event.actor)}`, h("small", {}, detail(event.data))))));
}

function detail(data) {
  const w = words();
  const said = [
    typeof data.total === "number" && money(data.total), data.address, data.recipient, data.numbers?.join?.("、"),
    data.asked?.length && w.askedOf(data.asked.length), data.note,
  ].filter(Boolean);
  return said.length ? ` ${said.join(" · ")}` : "";
}

function drawParcelsOf(card) {
  if (!card.parcels?.length) return null;
  const w = words();
  return section(w.parcels, "parcels", card.parcels.map((parcel) => h("div", {},
    h("p", {}, h("strong", {}, w.parcelStates[parcel.state] ?? parcel.state), ` ${[parcel.carrier, parcel.tracking, parcel.signed_by].filter(Boolean).join(" · ")}`,
      parcel.late && h("span", { class: "tag" }, w.parcelWhys.late)),
    h("ol", { class: "list" }, parcel.events.map((event) => h("li", {},
      h("strong", {}, w.steps[event.step] ?? event.step), ` ${time(event.at)} · ${actor(event.actor)}`, event.note && h("small", {}, ` ${event.note}`)))))));
}

function actor(name) {
  const [kind, who] = name.split(":");
  return kind === "agent" || kind === "carrier" ? who : words().actors[kind] ?? name;
}

function section(title, name, ...children) {
  return h("section", { class: `panel ${name}`, "aria-labelledby": `title-${name}` }, h("h3", { id: `title-${name}` }, title), ...children);
}

// ── what the customer said ──

function drawForm(card, act) {
  const w = words();
  return h("form", { class: "decision", id: "decision", onsubmit: act.record, onchange: act.choose },
    h("fieldset", { id: "fields" },
      h("legend", { class: "unseen" }, w.outcome),
      h("div", { class: "outcomes", role: "radiogroup", "aria-label": w.outcome }, OUTCOMES.map(([group, outcomes]) =>
        h("div", { class: `group ${group}`, role: "group", "aria-label": w.groups[group] },
          h("span", { class: "group-name", "aria-hidden": "true" }, w.groups[group]),
          outcomes.map(([digit, outcome]) => card.order || outcome !== "changed" ? drawOutcome(digit, outcome) : null)))),
      drawChanges(card), drawCallback(),
      h("div", { class: "say" },
        h("label", { class: "grow" }, h("span", { class: "unseen" }, w.note),
          h("textarea", { name: "note", rows: "2", maxlength: "2000", placeholder: `${w.note}: ${w.notePlaceholder}`, oninput: keep }), key("T")),
        h("button", { type: "button", onclick: act.keepNote }, w.keepNote, key("K")),
        h("button", { type: "submit", class: "strong", id: "record" }, w.record, key("↵"))),
    ));
}

function drawOutcome(digit, outcome) {
  return h("label", { class: `outcome ${outcome}` },
    h("input", { type: "radio", name: "outcome", value: outcome }), h("span", {}, words().outcomes[outcome]), key(digit));
}

function drawCallback() {
  const w = words();
  const tomorrow = new Date(Date.now() + 86400e3);
  tomorrow.setHours(10, 0, 0, 0);
  const choices = [[w.inHour, Date.now() + 3600e3], [w.inThree, Date.now() + 3 * 3600e3], [w.tomorrow, tomorrow.getTime()]];
  const input = h("input", { name: "callback_at", type: "datetime-local", value: forInput(Date.now() + 3600e3) });
  return h("div", { class: "more", id: "more-call_later", hidden: true },
    h("label", {}, w.callAt, input),
    h("label", { class: "check" }, h("input", { type: "checkbox", name: "mine" }), h("span", {}, w.mine)),
    choices.map(([name, at]) => h("button", { type: "button", onclick: () => { input.value = forInput(at); input.focus(); } }, name)));
}

function forInput(at) {
  const local = new Date(at - new Date(at).getTimezoneOffset() * 60e3);
  return local.toISOString().slice(0, 16);
}

export function decisionIn(form) {
  const fields = new FormData(form);
  const outcome = fields.get("outcome");
  if (!outcome) return null;
  const decision = { outcome, note: fields.get("note").trim(), checks: ticked() };
  if (outcome === "changed") decision.changes = changesIn(fields);
  if (outcome === "call_later" && fields.get("callback_at")) decision.callback_at = new Date(fields.get("callback_at")).getTime() / 1000;
  if (outcome === "call_later" && fields.get("mine")) decision.callback_for = "me";
  return decision;
}

export const waited = (now, since) => age(Math.max(0, now - since));
