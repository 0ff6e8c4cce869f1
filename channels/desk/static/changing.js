// What may be changed about an order, and what it then comes to: the house is asked as soon as something is written, and
// says the price before anybody agrees to it.

import { api, Refused } from "./api.js";
import { h } from "./dom.js";
import { drawNumbers } from "./numbers.js";
import { byId, desk } from "./state.js";
import { called, money, words } from "./words.js";

const AFTER = 250;

let offers = null;
let timer = null;

export function drawChanges(card) {
  const w = words();
  const order = card.order;
  const item = order?.items.length === 1 ? order.items[0] : null;
  return h("div", { class: "more", id: "more-changed", hidden: true, oninput: soon },
    h("label", {}, w.newAddress, h("input", { name: "address", autocomplete: "off", maxlength: "200", placeholder: order?.address ?? "" })),
    h("label", { class: "short" }, w.newRecipient, h("input", { name: "recipient", autocomplete: "off", maxlength: "200", placeholder: order?.recipient ?? "" })),
    item && h("label", { class: "tiny" }, w.newQuantity, h("input", { name: "quantity", type: "number", min: "1", max: "99", placeholder: item.quantity })),
    item && h("label", { class: "short" }, w.newOffer, h("select", { name: "offer" }, h("option", { value: "" }, w.sameOffer))),
    h("label", { class: "short" }, w.newDelivery, h("input", { name: "deliver_at", type: "datetime-local" })),
    item?.number && drawNumbers(item),
    h("p", { id: "quote", role: "status" }));
}

// Called when the fields are shown: what is sold is asked for once, and not before it is needed.
export async function showChanges() {
  const select = document.querySelector("select[name=offer]");
  if (!select || select.options.length > 1) return;
  offers ??= api.offers().then((answer) => answer.offers).catch(() => { offers = null; return []; });
  const own = desk.card?.order?.items[0]?.offer;
  for (const offer of (await offers).filter((each) => each.code !== own)) {
    select.append(h("option", { value: offer.code }, `${called(offer)} ${money(offer.price)}`));
  }
}

export function changesIn(fields) {
  const changes = {};
  for (const name of ["address", "recipient", "offer", "number"]) {
    const value = fields.get(name)?.trim();
    if (value) changes[name] = value;
  }
  if (fields.get("quantity")) changes.quantity = Number(fields.get("quantity"));
  if (fields.get("deliver_at")) changes.deliver_at = new Date(fields.get("deliver_at")).getTime() / 1000;
  return changes;
}

function soon() {
  clearTimeout(timer);
  timer = setTimeout(quote, AFTER);
}

async function quote() {
  const form = byId("decision");
  const card = desk.card?.id;
  const changes = form ? changesIn(new FormData(form)) : {};
  if (!card || desk.lost) return;
  const told = Object.keys(changes).length ? await asked(card, changes) : { text: "" };
  const place = byId("quote");
  if (!place || desk.card?.id !== card) return;
  place.textContent = told.text;
  place.className = told.bad ? "bad" : "";
}

async function asked(card, changes) {
  const w = words();
  try {
    const { before, total } = await api.quote(card, changes);
    return { text: before === total ? w.samePrice(money(total)) : w.price(money(before), money(total)) };
  } catch (problem) {
    return { text: problem instanceof Refused ? `${w.refused[problem.refusal] ?? ""} ${problem.message}` : w.away, bad: true };
  }
}
