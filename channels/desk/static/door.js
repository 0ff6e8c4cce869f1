// Signing in and out.

import { api } from "./api.js";
import { forgetCaller } from "./callers.js";
import { alarm, h } from "./dom.js";
import { drawDesk, languageButton, next, refresh } from "./frame.js";
import { hush } from "./live.js";
import { askPresence, forgetPresence } from "./presence.js";
import { byId, desk } from "./state.js";
import { peopleWords } from "./people_words.js";
import { once } from "./told.js";
import { words } from "./words.js";

let doors = { password: true, provider: null };

// By which ways one may come in, and why somebody who came from his provider did not: its name is in the address.
export async function arrive() {
  const why = new URLSearchParams(location.search).get("door");
  if (why) history.replaceState(null, "", location.pathname);
  doors = await api.doors().catch(() => doors);
  drawSignIn(why ? peopleWords().doors[why] ?? peopleWords().doors.failed : "");
}

const drawProvider = () => doors.provider && [
  doors.password && h("p", { class: "muted or" }, peopleWords().or),
  h("a", { id: "provider", class: "button strong", href: "oidc/begin" }, peopleWords().byProvider(doors.provider))];

export function drawSignIn(message = "") {
  const w = words();
  const form = h("form", { class: "sign-in panel", onsubmit: signIn },
    h("img", { src: "static/hall.svg", alt: "", width: 44, height: 44 }),
    h("h1", {}, `Hall ${w.desk}`), h("p", { class: "muted" }, w.signInHint),
    h("p", { id: "banner", class: message ? "banner bad" : "banner" }, message),
    doors.password && h("label", {}, w.name, h("input", { name: "name", autocomplete: "username", required: true, maxlength: "64", autocapitalize: "none", spellcheck: "false" })),
    doors.password && h("label", {}, w.password, h("input", { name: "password", type: "password", autocomplete: "current-password", required: true })),
    doors.password && h("button", { type: "submit", class: "strong" }, w.signIn),
    drawProvider(),
    languageButton());
  byId("desk").replaceChildren(h("main", { class: "door" }, form));
  (form.elements.namedItem("name") ?? byId("provider"))?.focus();
}

async function signIn(event) {
  event.preventDefault();
  const fields = new FormData(event.target);
  desk.entering = true;
  const session = await once(() => api.signIn(fields.get("name").trim(), fields.get("password")));
  desk.entering = false;
  if (session) enter(session);
  else event.target.elements.namedItem("password").select();
}

export async function enter(session) {
  desk.session = session;
  drawDesk();
  askPresence().catch(() => null);
  await refresh();
  if (desk.queue?.mine) await next();
}

export function leave(message = "") {
  hush();
  forgetPresence();
  forgetCaller();
  Object.assign(desk, { session: null, card: null, board: null, letters: null, dialogs: null, misunderstood: null, abnormal: null, queue: null, lost: null });
  drawSignIn(message && `${message} ${words().newSession}`);
  alarm(message);
}

export async function signOut() {
  if (desk.card && !desk.lost) await once(() => api.release(desk.card.id));
  const answer = await once(() => api.signOut());
  leave();
  if (answer?.leave) location.assign(answer.leave);
}
