// What was said in calls about the task on a card, for those who lead. It is drawn below everything else, when it has come,
// so that nothing moves while one reads; a sound is only fetched when somebody wants to hear it, and then it is noted who.

import { api } from "./api.js";
import { h } from "./dom.js";
import { desk } from "./state.js";
import { minutes, time, words } from "./words.js";

export function drawRecordings(card) {
  const place = h("section", { class: "panel recordings", hidden: true });
  if (desk.session?.role !== "agent" && Number(card.id)) fill(place, card.id);
  return place;
}

async function fill(place, task) {
  const told = await api.recordings(task).catch(() => null);
  if (!told?.recordings.length) return;
  place.append(h("h3", {}, words().recordings), h("ul", { class: "list" }, told.recordings.map(drawRecording)));
  place.hidden = false;
}

function drawRecording(each) {
  const what = `${time(each.at)} · ${each.agent} · ${minutes(each.seconds)}`;
  return h("li", {}, h("p", {}, what), h("audio", { controls: true, preload: "none", src: `api/v1/${each.href}`, "aria-label": `${words().recordings} ${what}` }));
}
