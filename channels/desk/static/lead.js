// Pages beside the work in hand that are drawn by themselves. What is open is `desk.page`; each has a key of its own.
//
//   page = { title(), draws(), opens(): asks the house, all(): whether it is for agents too }

import { h, key } from "./dom.js";
import { drawMain } from "./frame.js";
import { look } from "./look.js";
import { people } from "./people.js";
import { reports } from "./reports.js";
import { reviews } from "./reviews.js";
import { rules } from "./books.js";
import { byId, desk } from "./state.js";
import { once } from "./told.js";

const PAGES = { "/": look, j: people, y: reports, ",": reviews, ".": rules };
const OTHERS = { abnormal: null, board: null, letters: null, dialogs: null, parcels: null, misunderstood: null };

const may = (page) => page.all?.() || desk.session.role !== "agent";

export const pageButtons = () => Object.entries(PAGES).filter(([, page]) => may(page)).map(([name, page]) =>
  h("button", { type: "button", "data-page": name, onclick: () => togglePage(page) }, page.title(), key(name.toUpperCase())));

export const pageKey = (name) => (PAGES[name] && may(PAGES[name]) ? () => togglePage(PAGES[name]) : undefined);
export const pageHelp = () => Object.entries(PAGES).filter(([, page]) => may(page)).map(([name, page]) => [name.toUpperCase(), page.title()]);

export async function togglePage(page) {
  if (desk.page === page) desk.page = null;
  else {
    if (!await once(async () => { await page.opens(); return true; })) return;
    Object.assign(desk, OTHERS, { page });
  }
  drawMain();
  byId("card-title").focus();
}

// The page again, after something on it has changed: whoever was on a control stays on it.
export function redraw() {
  if (!desk.page) return;
  const place = document.activeElement?.id;
  byId("main").replaceChildren(desk.page.draws());
  if (place) byId(place)?.focus();
}
