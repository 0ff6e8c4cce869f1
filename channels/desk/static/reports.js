// Reports: what the house has counted in a span of days, as pictures that it draws and tables that say the same.

import { api, reportFile } from "./api.js";
import { h, say } from "./dom.js";
import { redraw } from "./lead.js";
import { leadWords } from "./lead_words.js";
import { once } from "./told.js";
import { inLanguage, money } from "./words.js";

const SPANS = [7, 28, 90, 365];
let wanted = { from: "", to: "", channel: "" };
let told = null;

export const reports = {
  title: () => leadWords().reports,
  opens: ask,
  draws: () => {
    if (told.language !== inLanguage()) ask().then(redraw);
    return draw();
  },
};

async function ask() {
  const language = inLanguage();
  told = { ...await api.reports({ ...wanted, language }), language };
  wanted = { from: told.from, to: told.to, channel: told.channel };
}

function draw() {
  const w = leadWords();
  return h("article", { class: "board reports" },
    h("h2", { id: "card-title", tabindex: "-1" }, w.reports), h("p", { class: "muted" }, w.reportsHint), drawWanted(),
    told.sheets.every((sheet) => sheet.rows.length === 0) && h("p", { class: "muted" }, w.nothingCounted),
    h("div", { class: "sheets" }, told.sheets.map(drawSheet)));
}

function drawWanted() {
  const w = leadWords();
  const form = h("form", { class: "wanted", onsubmit: (event) => { event.preventDefault(); show(read(form)); } },
    h("label", {}, w.from, h("input", { id: "from", type: "date", name: "from", value: told.from, required: true })),
    h("label", {}, w.to, h("input", { id: "to", type: "date", name: "to", value: told.to, required: true })),
    h("label", {}, w.channel, h("select", { id: "channel", name: "channel" }, h("option", { value: "" }, w.allChannels),
      told.channels.map(({ channel, name }) => h("option", { value: channel, selected: channel === told.channel }, name)))),
    h("button", { id: "show", class: "strong" }, w.show),
    h("div", { class: "buttons" }, SPANS.map((days) => h("button", { type: "button", id: `last-${days}`, onclick: () => show({ ...wanted, ...lastDays(days) }) }, w.lastDays(days)))));
  return form;
}

const read = (form) => Object.fromEntries(new FormData(form));

// Up to the day that it is at the hall, which may be another than here.
function lastDays(days) {
  const from = new Date(new Date(`${told.today}T00:00:00Z`).getTime() - (days - 1) * 86400000);
  return { from: from.toISOString().slice(0, 10), to: told.today };
}

async function show(next) {
  wanted = next;
  if (await once(async () => { await ask(); return true; })) {
    redraw();
    say(`${told.from} – ${told.to}`);
  }
}

function drawSheet(sheet) {
  const w = leadWords();
  const about = { from: told.from, to: told.to, channel: told.channel, language: told.language };
  return h("article", { class: "panel sheet", "data-sheet": sheet.name, "aria-labelledby": `sheet-${sheet.name}` },
    h("h3", { id: `sheet-${sheet.name}` }, sheet.title), h("p", { class: "muted" }, sheet.told),
    sheet.drawn && h("img", { src: reportFile(sheet.name, "picture.svg", about), alt: `${sheet.title} ${sheet.told}`, loading: "lazy" }),
    sheet.rows.length > 0 && h("details", { open: !sheet.drawn }, h("summary", {}, w.numbers), drawTable(sheet)),
    h("p", {}, h("a", { href: reportFile(sheet.name, "table.csv", about), download: true }, w.download)));
}

export const drawTable = ({ title, columns, rows }) => h("div", { class: "numbers", tabindex: "0", role: "region", "aria-label": title }, h("table", { class: "counts" },
  h("thead", {}, h("tr", {}, columns.map(({ name, kind }) => h("th", { scope: "col", class: kind }, name)))),
  h("tbody", {}, rows.map((row) => h("tr", {}, row.map((cell, place) =>
    (place === 0 ? h("th", { scope: "row" }, cell) : h("td", { class: columns[place].kind }, written(cell, columns[place].kind)))))))));

function written(cell, kind) {
  if (cell === null) return "–";
  if (kind === "money") return money(cell);
  if (kind === "share") return `${(cell * 100).toFixed(1)} %`;
  if (kind === "hours" || kind === "points") return cell.toFixed(1);
  return typeof cell === "number" ? cell.toLocaleString(inLanguage()) : cell;
}
