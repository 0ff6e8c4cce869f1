// What this page knows. The house's clock is the one that counts: `ahead` is how far it is before this machine's.

export const desk = { session: null, queue: null, card: null, call: null, lost: null, board: null, letters: null, dialogs: null, misunderstood: null, parcels: null, abnormal: null, page: null, lease: 0, ahead: 0, busy: false, trouble: false };
export const at = { moved: 0, dialled: 0, renewed: 0, queue: 0, warned: false };

export const now = () => Date.now() / 1000 + desk.ahead;
export const clockFrom = (answer) => { if (answer?.now) desk.ahead = answer.now - Date.now() / 1000; };
export const byId = (id) => document.getElementById(id);
export const inHand = () => desk.card && !desk.lost && !desk.board && !desk.letters && !desk.dialogs && !desk.misunderstood && !desk.parcels && !desk.abnormal && !desk.page;
