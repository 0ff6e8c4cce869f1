// What the desk asks of the house. A refusal is an Error with the house's own words, its name and its status.

const ROOT = "api/v1/";
let csrf = "";

export class Refused extends Error {
  constructor(status, name, message, answer = {}) {
    super(message);
    this.answer = answer;
    this.status = status;
    this.refusal = name;
  }
}

export class Unreachable extends Error {}

export const api = {
  async signIn(name, password) {
    const session = await ask("POST", "session", { name, password });
    csrf = session.csrf;
    return session;
  },
  async whoAmI() {
    const session = await ask("GET", "session");
    csrf = session.csrf;
    return session;
  },
  signOut: () => ask("DELETE", "session"),
  doors: () => ask("GET", "doors"),
  people: () => ask("GET", "people"),
  makePerson: (person) => ask("POST", "people", person),
  changePerson: (name, act, what) => ask("POST", `people/${encodeURIComponent(name)}/${act}`, what),
  ownPassword: (password, wanted) => ask("POST", "password", { password, new: wanted }),
  state: () => ask("GET", "state"),
  setState: (wanted) => ask("POST", "state", wanted),
  queue: () => ask("GET", "tasks"),
  board: () => ask("GET", "board"),
  order: (number) => ask("GET", `orders/${encodeURIComponent(number)}`),
  unlockTask: (id, why) => ask("POST", `tasks/${id}/unlock`, { why }),
  assignTask: (id, agent, why) => ask("POST", `tasks/${id}/assign`, { agent, why }),
  pauseAgent: (name, reason, why) => ask("POST", `agents/${encodeURIComponent(name)}/pause`, { reason, why }),
  signOutAgent: (name, why) => ask("POST", `agents/${encodeURIComponent(name)}/sign-out`, { why }),
  misunderstood: () => ask("GET", "misunderstood"),
  teach: (text, meaning) => ask("POST", "misunderstood", { text, meaning }),
  letters: () => ask("GET", "dead-letters"),
  dialogs: (version) => ask("GET", `dialogs?version=${encodeURIComponent(version)}`),
  parcels: () => ask("GET", "parcels"),
  abnormal: () => ask("GET", "abnormal"),
  settle: (number, action) => ask("POST", `abnormal/${number}/${action}`, {}),
  report: (number, problem, note) => ask("POST", `orders/${number}/problem`, { problem, note }),
  step: (id, step) => ask("POST", `parcels/${id}/step`, step),
  reports: (wanted) => ask("GET", `reports?${new URLSearchParams(wanted)}`),
  callsToReview: (wanted) => ask("GET", `reviews/calls?${new URLSearchParams(wanted)}`),
  review: (told) => ask("POST", "reviews", told),
  reviews: () => ask("GET", "reviews"),
  myReviews: () => ask("GET", "my-reviews"),
  rules: () => ask("GET", "rules"),
  rulesOf: (book, language) => ask("GET", `rules/${book}?language=${language}`),
  rulesVersion: (book, version) => ask("GET", `rules/${book}/versions/${version}`),
  tryRules: (book, content, language) => ask("POST", `rules/${book}/try`, { content, language }),
  publishRules: (book, wanted) => ask("POST", `rules/${book}`, wanted),
  surveys: () => ask("GET", "surveys"),
  publication: (act, version, note) => ask("POST", "dialogs/publications", { act, version, note }),
  resend: (id) => ask("POST", `dead-letters/${id}/resend`),
  claim: () => ask("POST", "tasks/claim"),
  card: (id) => ask("GET", `tasks/${id}`),
  extend: (id) => ask("POST", `tasks/${id}/extend`),
  release: (id) => ask("POST", `tasks/${id}/release`),
  skip: (id, reason, note) => ask("POST", `tasks/${id}/skip`, { reason, note }),
  note: (id, note) => ask("POST", `tasks/${id}/note`, { note }),
  quote: (id, changes) => ask("POST", `tasks/${id}/quote`, { changes }),
  numbers: (id, wish) => ask("GET", `tasks/${id}/numbers?${new URLSearchParams(wish)}`),
  holdNumber: (id, number, instead) => ask("POST", `tasks/${id}/numbers/${number}/hold`, { instead }),
  letNumberGo: (id, number) => ask("POST", `tasks/${id}/numbers/${number}/let-go`),
  offers: () => ask("GET", "offers"),
  dial: (id, anyway) => ask("POST", `tasks/${id}/dial`, anyway ? { anyway } : undefined),
  call: (id) => ask("GET", `tasks/${id}/call`),
  recordings: (id) => ask("GET", `tasks/${id}/recordings`),
  callers: () => ask("GET", "callers"),
  declineCaller: (id) => ask("POST", `callers/${id}/decline`),
  hangUp: (id) => ask("POST", `tasks/${id}/hang-up`),
  decide: (id, decision) => ask("POST", `tasks/${id}/decision`, decision),
};

// The address of a chart. `revision` has the browser fetch it anew when something has happened.
export const picture = (script, version, language, revision) =>
  `${ROOT}dialogs/${encodeURIComponent(script)}/chart.svg?${new URLSearchParams({ version, language, revision })}`;

// A report as a picture, or as a table to take away.
export const reportFile = (report, file, wanted) => `${ROOT}reports/${report}/${file}?${new URLSearchParams(wanted)}`;

// How things are, as they change; `after` is the last that was heard before.
export const stream = (after) => new EventSource(`${ROOT}live${after && `?${new URLSearchParams({ after })}`}`);

async function ask(method, path, body) {
  const headers = { Accept: "application/json" };
  if (method !== "GET") headers["X-CSRF-Token"] = csrf;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  const response = await sent(ROOT + path, { method, headers, body: body && JSON.stringify(body) });
  const answer = response.status === 204 ? null : await response.json().catch(() => ({}));
  if (!response.ok) throw new Refused(response.status, answer.error ?? "failed", answer.message ?? response.statusText, answer);
  return answer;
}

async function sent(path, options) {
  try {
    return await fetch(path, { ...options, credentials: "same-origin", signal: AbortSignal.timeout(15000) });
  } catch {
    throw new Unreachable();
  }
}
