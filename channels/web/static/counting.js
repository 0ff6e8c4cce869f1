// How many segments a text takes: as a phone counts, and as the server cuts.
//
// GSM if every character is in its alphabet (160 septets alone, 153 in a series; an extension character is two), else
// UCS-2 (70 units alone, 67 in a series). A cut never falls within what a reader takes for one character.

const MAIN = new Set(
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?" +
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà",
);
const EXTENSION = new Set("\f^{}\\[~]|€");

const GSM = { name: "GSM-7", alone: 160, inSeries: 153, cost: septets };
const UCS2 = { name: "UCS-2", alone: 70, inSeries: 67, cost: (text) => text.length };

export function count(text) {
  const alphabet = [...text].every((character) => MAIN.has(character) || EXTENSION.has(character)) ? GSM : UCS2;
  const used = alphabet.cost(text);
  const segments = used <= alphabet.alone ? 1 : fill(text, alphabet);
  const room = segments === 1 ? alphabet.alone : segments * alphabet.inSeries;
  return { alphabet: alphabet.name, used, room, segments, characters: [...text].length };
}

function septets(text) {
  return [...text].reduce((sum, character) => sum + (EXTENSION.has(character) ? 2 : 1), 0);
}

function fill(text, alphabet) {
  let segments = 1;
  let used = 0;
  for (const piece of pieces(text, alphabet)) {
    const cost = alphabet.cost(piece);
    if (used + cost > alphabet.inSeries) {
      segments += 1;
      used = 0;
    }
    used += cost;
  }
  return segments;
}

function pieces(text, alphabet) {
  if (!globalThis.Intl?.Segmenter) return [...text];
  const clusters = [...new Intl.Segmenter().segment(text)].map((found) => found.segment);
  return clusters.flatMap((cluster) => (alphabet.cost(cluster) <= alphabet.inSeries ? [cluster] : [...cluster]));
}
