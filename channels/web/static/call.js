// The third way: a call to 10086. What is said is played, or spoken by the browser where there is no sound of it; every key
// counts at once, also in the middle of a prompt. The house is told when a prompt was heard to its end.

import { KEYS, key } from "./keypad.js";
import { languages } from "./words.js";

const $ = (id) => document.getElementById(id);
const VOICES = { zh: "zh-CN", en: "en-GB" };

let words = languages.zh;
let call = null; // {id, events, playback, sound}

const number = () => $("msisdn").value.replace(/[\s-]/g, "");

// ── the house ───────────────────────────────────────────────────────────────────────────────────────────────────────

async function tell(document_) {
  const headers = { "Content-Type": "application/json" };
  try {
    const response = await fetch("api/call", { method: "POST", headers, body: JSON.stringify(document_) });
    return await response.json();
  } catch {
    return { message: words.unreachable };
  }
}

async function ring() {
  if (call) return;
  $("line").dataset.state = "ringing";
  show(words.call_ringing);
  const answer = await tell({ do: "ring", from: number() });
  if (!answer.call) {
    show(words.not_sent + answer.message);
    $("line").dataset.state = "idle";
    return;
  }
  call = { id: answer.call, playback: "", sound: null, events: new EventSource(`api/call/events?call=${answer.call}`) };
  call.events.addEventListener("message", (event) => hear(JSON.parse(event.data)));
  $("line").dataset.state = "talking";
  $("hang-up").focus({ preventScroll: true });
}

function hear(told) {
  if (told.play) play(told.play, told.sounds);
  else if (told.stop && call?.playback === told.stop) silence();
  else if (told.over) over();
}

function hangUp() {
  if (call) tell({ do: "hang_up", call: call.id });
  over();
}

function over() {
  silence();
  call?.events.close();
  call = null;
  $("line").dataset.state = "idle";
  $("ring").focus({ preventScroll: true });
  show($("subtitle").textContent ? words.call_over : "");
}

// ── what is heard ───────────────────────────────────────────────────────────────────────────────────────────────────

async function play(playback, sounds) {
  silence();
  const mine = call;
  mine.playback = playback;
  $("subtitle").replaceChildren(...sounds.filter((sound) => sound.words).map(piece));
  let place = 0;
  for (const sound of sounds) {
    if (call !== mine || mine.playback !== playback) return;
    const shown = sound.words ? $("subtitle").children[place++] : null;
    shown?.classList.add("heard");
    shown?.scrollIntoView({ block: "nearest" });
    await (sound.file ? recorded(sound.file) : sound.words ? spoken(sound) : pause(400));
  }
  if (call === mine && mine.playback === playback) tell({ do: "played", call: mine.id, what: playback });
}

function piece(sound) {
  const span = document.createElement("span");
  span.lang = sound.language;
  span.textContent = sound.words;
  return span;
}

function recorded(file) {
  return new Promise((done) => {
    const sound = (call.sound = new Audio(`api/prompts/${file}`));
    for (const end of ["ended", "error", "pause"]) sound.addEventListener(end, done, { once: true });
    sound.play().catch(done);
  });
}

// Without sound of ours: the browser's voice if it has one for the language, else time to read.
function spoken(sound) {
  const voice = window.speechSynthesis?.getVoices().find((each) => each.lang.startsWith(sound.language));
  if (!voice) return pause(120 * sound.words.length + 150);
  return new Promise((done) => {
    const said = new SpeechSynthesisUtterance(sound.words);
    Object.assign(said, { voice, lang: VOICES[sound.language] ?? sound.language, onend: done, onerror: done });
    speechSynthesis.speak(said);
  });
}

const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

function silence() {
  if (!call) return;
  call.playback = "";
  call.sound?.pause();
  window.speechSynthesis?.cancel();
}

const show = (text) => $("subtitle").replaceChildren(text);

// ── keys ────────────────────────────────────────────────────────────────────────────────────────────────────────────

function press(key) {
  if (!call) return;
  $("keyed").textContent += key;
  tell({ do: "press", call: call.id, what: key });
}

function speak(language) {
  words = language;
  $("keys").setAttribute("aria-label", words.ussd_pad);
  $("ring").textContent = words.call_ring;
  $("hang-up").textContent = words.call_hang_up;
  if (!call) show(words.call_idle);
}

$("keys").append(...KEYS.map((each) => key(each, press)));
$("ring").addEventListener("click", () => {
  $("keyed").textContent = "";
  ring();
});
$("hang-up").addEventListener("click", hangUp);
$("msisdn").addEventListener("change", () => call && hangUp());
document.addEventListener("keydown", (event) => {
  if (call && !$("calling").hidden && KEYS.includes(event.key) && event.target !== $("msisdn")) press(event.key);
});
document.addEventListener("spoken", (event) => speak(event.detail));
speak(languages[document.documentElement.lang] ?? languages.zh);
