// A phone: what is typed goes to the server, what changes comes as server-sent events, each message under its id.

import { count } from "./counting.js";
import { languages, samples } from "./words.js";

const $ = (id) => document.getElementById(id);
const DEFAULT_NUMBER = "13800138000";
const SERVICE = "10086";
const NEAR_THE_END = 80;

const bubbles = new Map();
let events = null;
let words = languages.zh;

// ── what is remembered in this browser ──────────────────────────────────────────────────────────────────────────────

function remembered(name, otherwise) {
  try {
    return JSON.parse(localStorage.getItem(`hall.phone.${name}`)) ?? otherwise;
  } catch {
    return otherwise;
  }
}

function remember(name, value) {
  try {
    localStorage.setItem(`hall.phone.${name}`, JSON.stringify(value));
  } catch {
    // A browser that keeps nothing still texts.
  }
}

// ── language ────────────────────────────────────────────────────────────────────────────────────────────────────────

function speak(language) {
  words = languages[language];
  remember("language", language);
  document.documentElement.lang = language;
  for (const element of document.querySelectorAll("[data-word]")) element.textContent = words[element.dataset.word];
  $("text").placeholder = words.placeholder;
  $("language").textContent = words.other;
  $("language").lang = language === "zh" ? "en" : "zh";
  $("log").setAttribute("aria-label", words.log);
  $("log").dataset.empty = words.empty;
  $("samples").setAttribute("aria-label", words.samples);
  $("link").textContent = words[$("link").dataset.link];
  for (const ticks of document.querySelectorAll(".legend .ticks")) tick(ticks, ticks.dataset.state);
  offer(language);
  for (const { element, message } of bubbles.values()) fill(element, message);
  measure();
  document.dispatchEvent(new CustomEvent("spoken", { detail: words }));
}

function offer(language) {
  $("samples").replaceChildren(
    ...samples.map((sample) => {
      const button = document.createElement("button");
      button.type = "button";
      const text = document.createElement("b");
      text.textContent = sample.text;
      button.append(text, ` ${sample[language]}`);
      button.addEventListener("click", () => send(sample.text));
      return button;
    }),
  );
}

// ── messages ────────────────────────────────────────────────────────────────────────────────────────────────────────

function show(message) {
  const known = bubbles.get(message.id);
  if (known && known.message.revision >= message.revision) return;
  const log = $("log");
  const atTheEnd = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_THE_END;
  const element = known?.element ?? bubble();
  bubbles.set(message.id, { element, message });
  fill(element, message);
  if (!known) log.insertBefore(element, firstAfter(message.id));
  if (atTheEnd || (!known && message.direction === "out")) log.scrollTop = log.scrollHeight;
}

function bubble() {
  const element = $("bubble").content.firstElementChild.cloneNode(true);
  element.querySelector("details").addEventListener("toggle", () => element.scrollIntoView({ block: "nearest" }));
  return element;
}

function firstAfter(id) {
  const later = [...bubbles.values()].filter((bubble) => BigInt(bubble.message.id) > BigInt(id));
  return later.reduce((first, bubble) => (first && before(first, bubble) ? first : bubble), null)?.element ?? null;
}

function before(one, other) {
  return BigInt(one.message.id) < BigInt(other.message.id);
}

function fill(element, message) {
  const began = message.timeline[0]?.at;
  element.dataset.direction = message.direction;
  element.setAttribute("aria-label", words.from[message.direction]);
  element.querySelector(".text").textContent = message.text;
  const time = element.querySelector("time");
  time.textContent = clock(began, { hour: "2-digit", minute: "2-digit" });
  time.dateTime = new Date(began * 1000).toISOString();
  element.querySelector(".size").textContent = size(message);
  tick(element.querySelector(".ticks"), message.state);
  element.querySelector(".timeline").replaceChildren(
    ...message.timeline.map((step) => {
      const line = document.createElement("li");
      const at = clock(step.at, { hour: "2-digit", minute: "2-digit", second: "2-digit", fractionalSecondDigits: 3 });
      line.textContent = `${at} ${words.states[step.state]}`;
      return line;
    }),
  );
}

function size(message) {
  const complete = message.arrived === message.segments;
  const segments = complete ? words.segments(message.segments) : words.missing(message.arrived, message.segments);
  return `${message.alphabet} · ${words.characters([...message.text].length)} · ${segments}`;
}

function tick(element, state) {
  element.dataset.state = state;
  element.setAttribute("role", "img");
  element.setAttribute("aria-label", words.states[state]);
  element.title = words.states[state];
}

function clock(seconds, parts) {
  return new Intl.DateTimeFormat(document.documentElement.lang, { ...parts, hour12: false }).format(seconds * 1000);
}

// ── the connection ──────────────────────────────────────────────────────────────────────────────────────────────────

function listen() {
  events?.close();
  bubbles.clear();
  $("log").replaceChildren();
  linked("waiting");
  events = new EventSource(`api/events?msisdn=${encodeURIComponent($("msisdn").value)}`);
  events.addEventListener("open", () => linked("connected"));
  events.addEventListener("error", () => linked("waiting"));
  events.addEventListener("message", (event) => show(JSON.parse(event.data)));
}

function linked(state) {
  $("link").dataset.link = state;
  $("link").textContent = words[state];
}

async function send(text) {
  if (!settle() || !text.trim()) return false;
  const response = await post({ from: $("msisdn").value, to: SERVICE, text });
  const answer = await response?.json().catch(() => null);
  if (!response) complain(words.unreachable);
  else if (!response.ok) complain(words.not_sent + (answer?.message ?? response.status));
  else {
    complain("");
    show(answer);
  }
  return Boolean(response?.ok);
}

function post(message) {
  const headers = { "Content-Type": "application/json" };
  return fetch("api/messages", { method: "POST", headers, body: JSON.stringify(message) }).catch(() => null);
}

function complain(what) {
  $("trouble").textContent = what;
  $("trouble").hidden = !what;
}

// ── what a person does ──────────────────────────────────────────────────────────────────────────────────────────────

function settle() {
  const number = $("msisdn");
  number.value = number.value.replace(/[\s-]/g, "");
  if (!number.checkValidity()) {
    complain(words.bad_number);
    number.focus();
    return false;
  }
  complain("");
  if (number.value !== remembered("number", "")) {
    remember("number", number.value);
    remember("used", [number.value, ...remembered("used", []).filter((used) => used !== number.value)].slice(0, 8));
    recall();
    listen();
  }
  return true;
}

function recall() {
  $("used").replaceChildren(...remembered("used", []).map((used) => new Option(used)));
}

function measure() {
  const text = $("text");
  const { alphabet, used, room, segments } = count(text.value);
  $("count").textContent = text.value ? `${alphabet} · ${used}/${room} · ${words.segments(segments)}` : "";
  $("count").dataset.segments = segments;
  $("send").disabled = !text.value.trim();
  text.style.height = "auto";
  text.style.height = `${text.scrollHeight}px`;
}

async function submit() {
  const text = $("text");
  const typed = text.value;
  text.value = "";
  measure();
  if (!(await send(typed)) && !text.value) text.value = typed;
  measure();
  text.focus();
}

$("owner").addEventListener("submit", (event) => {
  event.preventDefault();
  if (settle()) $("text").focus();
});
$("msisdn").addEventListener("change", settle);
$("typing").addEventListener("submit", (event) => {
  event.preventDefault();
  submit();
});
$("text").addEventListener("input", measure);
$("text").addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  submit();
});
$("language").addEventListener("click", () => speak(document.documentElement.lang === "zh" ? "en" : "zh"));

$("msisdn").value = remembered("number", DEFAULT_NUMBER);
recall();
speak(remembered("language", navigator.language.startsWith("zh") ? "zh" : "en"));
listen();
$("text").focus({ preventScroll: true });
