// Signing in and out.

import { api } from "./api.js";
import { alarm, h } from "./dom.js";
import { drawDesk, languageButton, next, refresh } from "./frame.js";
import { byId, desk } from "./state.js";
import { once } from "./told.js";
import { words } from "./words.js";

export function drawSignIn(message = "") {
  const w = words();
  const form = h("form", { class: "sign-in panel", onsubmit: signIn },
    h("img", { src: "static/hall.svg", alt: "", width: 44, height: 44 }),
    h("h1", {}, `Hall ${w.desk}`), h("p", { class: "muted" }, w.signInHint),
    h("p", { id: "banner", class: message ? "banner bad" : "banner" }, message),
    h("label", {}, w.name, h("input", { name: "name", autocomplete: "username", required: true, maxlength: "64", autocapitalize: "none", spellcheck: "false" })),
    h("label", {}, w.password, h("input", { name: "password", type: "password", autocomplete: "current-password", required: true })),
    h("button", { type: "submit", class: "strong" }, w.signIn),
    languageButton());
  byId("desk").replaceChildren(h("main", { class: "door" }, form));
  form.elements.namedItem("name").focus();
}

async function signIn(event) {
  event.preventDefault();
  const fields = new FormData(event.target);
  const session = await once(() => api.signIn(fields.get("name").trim(), fields.get("password")));
  if (session) enter(session);
  else event.target.elements.namedItem("password").select();
}

export async function enter(session) {
  desk.session = session;
  drawDesk();
  await refresh();
  if (desk.queue?.mine) await next();
}

export function leave(message = "") {
  Object.assign(desk, { session: null, card: null, board: null, letters: null, dialogs: null, misunderstood: null, abnormal: null, queue: null, lost: null });
  drawSignIn(message && `${message} ${words().newSession}`);
  alarm(message);
}

export async function signOut() {
  if (desk.card && !desk.lost) await once(() => api.release(desk.card.id));
  await once(() => api.signOut());
  leave();
}
