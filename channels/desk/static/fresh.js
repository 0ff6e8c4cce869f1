// What has happened to the order in hand since its card was drawn: new lines where they belong, and nothing else moves.

import { api } from "./api.js";
import { drawCard } from "./card.js";
import { say } from "./dom.js";
import { liveWords } from "./live_words.js";
import { byId, desk, inHand } from "./state.js";

const PARTS = [".conversation", ".attempts", ".events", ".earlier", ".parcels"];
const NEAR = 40; // pixels from the end, within which one reads the end

export async function refreshCard(id) {
  const card = await api.card(id).catch(() => null);
  if (!card || desk.card?.id !== id || desk.lost) return;
  Object.assign(desk.card, { mark: card.mark, conversation: card.conversation, attempts: card.attempts, events: card.events, earlier: card.earlier, parcels: card.parcels, order: card.order });
  if (!inHand()) return;
  const drawn = drawCard(desk.card, {});
  const changed = PARTS.filter((part) => put(part, drawn.querySelector(part)));
  if (changed.length) say(liveWords().fresh);
}

function put(part, fresh) {
  const old = byId("card")?.querySelector(part);
  if (!fresh || !old || old.innerHTML === fresh.innerHTML || old.contains(document.activeElement)) return false;
  const talk = old.querySelector(".talk");
  const end = talk && talk.scrollHeight - talk.scrollTop - talk.clientHeight < NEAR;
  const top = talk?.scrollTop;
  old.replaceWith(fresh);
  fresh.classList.add("fresh");
  const now = fresh.querySelector(".talk");
  if (now) now.scrollTop = end ? now.scrollHeight : top;
  return true;
}
