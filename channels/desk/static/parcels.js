// Parcels: those an account manager has to bring, those in trouble, and how people found their deliveries.

import { api } from "./api.js";
import { h, say } from "./dom.js";
import { byId, clockFrom, desk } from "./state.js";
import { banner, once, told } from "./told.js";
import { day, otherLanguage, time, words } from "./words.js";

const named = (names) => names[otherLanguage() === "en" ? "zh" : "en"] ?? Object.values(names)[0] ?? "";

export function drawParcels({ parcels, surveys }) {
  const w = words();
  return h("article", { class: "board", id: "parcels" },
    h("h2", { id: "card-title", tabindex: "-1" }, w.parcelsTitle),
    parcels.standing && h("div", { class: "figures" }, Object.entries(parcels.standing).map(([state, count]) =>
      h("div", { class: "panel figure" }, h("strong", { class: "number" }, count), h("span", {}, w.parcelStates[state] ?? state)))),
    list(w.parcelsMine, "mine", parcels.mine, w.parcelsNoneMine),
    parcels.standing && list(w.parcelsTroubled, "troubled", parcels.troubled, w.parcelsNoneTroubled),
    surveys && drawSurveys(surveys),
    parcels.standing && list(w.parcelsLatest, "latest", parcels.latest, w.parcelsNoneLatest));
}

function list(title, id, parcels, none) {
  return h("section", { class: "panel" }, h("h3", {}, title),
    parcels.length ? h("ol", { class: "list", id: `parcels-${id}` }, parcels.map(drawParcel)) : h("p", { class: "muted" }, none));
}

function drawParcel(parcel) {
  const w = words();
  return h("li", { class: "parcel", "data-parcel": parcel.id },
    h("div", { class: "row" }, h("strong", { class: "number" }, parcel.order),
      h("span", { class: "state" }, w.parcelStates[parcel.state] ?? parcel.state), parcel.why && h("span", { class: "tag" }, w.parcelWhys[parcel.why])),
    h("p", { class: "muted" }, [named(parcel.carrier), parcel.tracking, parcel.subscriber, time(parcel.changed_at)].filter(Boolean).join(" · ")),
    parcel.events.length > 0 && h("p", { class: "way" }, parcel.events.map((event) => `${w.steps[event.step] ?? event.step} ${time(event.at)}`).join(" → ")),
    h("p", { class: "buttons" }, parcel.steps.map((step) =>
      h("button", { type: "button", onclick: () => tell(parcel.id, step) }, w.steps[step] ?? step))));
}

async function tell(id, step) {
  const done = await once(() => api.step(id, { step }));
  await refreshParcels().catch(told);
  if (!done) return;
  banner(words().stepDone);
  say(words().stepDone);
}

// ── how they found it ──

function drawSurveys({ asked, weeks, remarks }) {
  const w = words();
  const answers = weeks.reduce((sum, each) => sum + each.answers, 0);
  return h("section", { class: "panel", id: "surveys" }, h("h3", {}, w.surveysTitle), h("p", { class: "muted" }, w.surveysCount(asked, answers)),
    weeks.length > 0 && h("table", {},
      h("thead", {}, h("tr", {}, [w.surveyWeek, w.surveyCarrier, w.surveyScores, w.surveyMean].map((name) => h("th", { scope: "col" }, name)))),
      h("tbody", {}, weeks.map((each) => h("tr", {}, h("th", { scope: "row" }, day(each.week)), h("td", {}, named(each.carrier)),
        h("td", {}, drawScores(each)), h("td", { class: "number" }, each.mean.toFixed(2)))))),
    h("ol", { class: "list" }, remarks.map((each) => h("li", {}, h("strong", { class: "number" }, `${each.score} `), each.comment,
      h("small", { class: "muted" }, ` ${each.order} · ${time(each.at)}`)))));
}

// A bar for each score, and the numbers beside it for those who do not see it.
function drawScores({ counts, answers }) {
  return h("div", { class: "scores" }, counts.map((count, place) => h("div", { class: "score", title: `${place + 1}: ${count}` },
    h("span", { class: "muted" }, place + 1), h("meter", { min: 0, max: Math.max(1, answers), value: count }), h("span", { class: "number" }, count))));
}

// Drawn anew only when something has changed, and never under somebody's hand.
export async function refreshParcels() {
  const before = JSON.stringify(desk.parcels, left);
  const open = Boolean(desk.parcels);
  const [parcels, surveys] = await Promise.all([api.parcels(), desk.session.role === "agent" ? null : api.surveys()]);
  desk.parcels = { parcels, surveys };
  clockFrom(parcels);
  if (open && before !== JSON.stringify(desk.parcels, left)) byId("main").replaceChildren(drawParcels(desk.parcels));
  return true;
}

const left = (name, value) => (name === "now" ? undefined : value);
