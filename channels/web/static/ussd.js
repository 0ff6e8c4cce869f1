// The USSD side of the phone: a code is dialled, a screen answers, and nobody waits for ever.

import { count } from "./counting.js";
import { KEYS, key } from "./keypad.js";
import { codes, languages } from "./words.js";

const $ = (id) => document.getElementById(id);
const MESSAGES = ["log", "samples", "typing"];

let words = languages.zh;
let shown = null; // the screen; null while there is none
let until = 0;
let asked = 0; // what comes back for an earlier question is not shown any more

// ── which side of the phone is seen ─────────────────────────────────────────────────────────────────────────────────

function turn(way) {
  for (const id of MESSAGES) $(id).hidden = way !== "messages";
  $("ussd").hidden = way !== "ussd";
  $("calling").hidden = way !== "calling";
  document.querySelector(".phone").dataset.way = way;
  for (const tab of document.querySelectorAll("#ways button")) {
    tab.setAttribute("aria-selected", String(tab.dataset.way === way));
  }
  $({ ussd: "code", calling: "ring" }[way] ?? "text").focus({ preventScroll: true });
}

// ── the screen ──────────────────────────────────────────────────────────────────────────────────────────────────────

function show(screen) {
  shown = screen;
  $("idle").hidden = Boolean(screen);
  $("screen").hidden = !screen;
  document.querySelector(".phone").dataset.screen = screen?.state ?? "";
  if (!screen) return;
  const asks = screen.state === "asks";
  $("screen").dataset.state = screen.state;
  $("said").textContent = { waiting: words.ussd_waiting, failed: words.ussd_failed }[screen.state] ?? screen.text;
  $("size").textContent = screen.room ? `${screen.alphabet} · ${screen.characters}/${screen.room}` : "";
  $("answer").hidden = $("reply").hidden = !asks;
  $("cancel").hidden = screen.state === "waiting";
  $("cancel").textContent = asks ? words.ussd_cancel : words.ussd_close;
  until = asks ? Date.now() + screen.waits * 1000 : 0;
  count_down();
  if (asks) {
    $("answer").value = "";
    $("answer").focus({ preventScroll: true });
  } else if (screen.state !== "waiting") $("cancel").focus({ preventScroll: true });
}

function count_down() {
  const left = Math.ceil((until - Date.now()) / 1000);
  $("waits").textContent = until && left > 0 ? words.ussd_left(left) : "";
  if (!until || left > 0) return;
  until = 0;
  show({ state: "failed" });
}

async function ask(doing, text) {
  const number = $("msisdn").value.replace(/[\s-]/g, "");
  const mine = (asked += 1);
  complain("");
  show({ state: "waiting" });
  const answer = await post({ from: number, do: doing, text });
  if (mine !== asked) return;
  if (answer.message) complain(words.not_sent + answer.message);
  show(answer.state ? answer : null);
}

async function post(pressed) {
  const headers = { "Content-Type": "application/json" };
  try {
    const response = await fetch("api/ussd", { method: "POST", headers, body: JSON.stringify(pressed) });
    return await response.json();
  } catch {
    return { state: "failed" };
  }
}

function complain(what) {
  $("trouble").textContent = what;
  $("trouble").hidden = !what;
}

function close() {
  if (shown?.state === "asks") post({ from: $("msisdn").value.replace(/[\s-]/g, ""), do: "leave", text: "" });
  asked += 1;
  show(null);
  $("code").focus({ preventScroll: true });
}

function reply() {
  const answer = $("answer").value;
  const { alphabet, used } = count(answer);
  if (used <= (alphabet === "GSM-7" ? 182 : 80)) ask("reply", answer);
}

// ── the keys ────────────────────────────────────────────────────────────────────────────────────────────────────────

function press(text) {
  const field = shown?.state === "asks" ? $("answer") : $("code");
  field.value += text;
}

function offer(language) {
  $("codes").replaceChildren(
    ...codes.map((code) => {
      const button = document.createElement("button");
      button.type = "button";
      const text = document.createElement("b");
      text.textContent = code.text;
      button.append(text, ` ${code[language]}`);
      button.addEventListener("click", () => {
        $("code").value = code.text;
        ask("dial", code.text);
      });
      return button;
    }),
  );
}

function speak(spoken) {
  words = spoken;
  offer(document.documentElement.lang);
  $("ways").setAttribute("aria-label", words.ways);
  $("codes").setAttribute("aria-label", words.ussd_codes);
  $("pad").setAttribute("aria-label", words.ussd_pad);
  $("erase").setAttribute("aria-label", words.ussd_erase);
  if (shown) {
    $("cancel").textContent = shown.state === "asks" ? words.ussd_cancel : words.ussd_close;
    count_down();
  }
}

$("pad").append(...KEYS.map((each) => key(each, press)));
$("pad").setAttribute("role", "group");
$("erase").addEventListener("click", () => ($("code").value = $("code").value.slice(0, -1)));
$("dial").addEventListener("submit", (event) => {
  event.preventDefault();
  ask("dial", $("code").value.trim());
});
$("screen").addEventListener("submit", (event) => {
  event.preventDefault();
  reply();
});
$("cancel").addEventListener("click", close);
for (const tab of document.querySelectorAll("#ways button")) tab.addEventListener("click", () => turn(tab.dataset.way));
$("msisdn").addEventListener("change", () => shown && close());
document.addEventListener("spoken", (event) => speak(event.detail));
setInterval(count_down, 1000);
speak(languages[document.documentElement.lang] ?? languages.zh);
turn("messages");
