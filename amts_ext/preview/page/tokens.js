// Sentences with slots as tokens, "Let ⟦math1⟧ be ⟦strong2⟧any⟦/strong2⟧ number.": cut, ordered, moved.

const TOKEN = /⟦\/?[a-z_]+\d+⟧/g;

export const isToken = part => /^⟦\/?[a-z_]+\d+⟧$/.test(part);
export const tokensOf = text => text.match(TOKEN) ?? [];
export const isClosing = token => token.startsWith("⟦/");
export const partnerOf = (token, all) => {
  const partner = isClosing(token) ? token.replace("⟦/", "⟦") : token.replace("⟦", "⟦/");
  return all.includes(partner) ? partner : null;
};

/** Texts and tokens in turn; no empty texts. */
export function parts(text) {
  return text.split(/(⟦\/?[a-z_]+\d+⟧)/).filter(part => part !== "");
}

/** The tokens that a text lacks. */
export function missing(text, required) {
  const there = new Set(tokensOf(text));
  return required.filter(token => !there.has(token));
}

/** Exchange the halves of pairs whose closing half came to stand first, so that pairs keep their order. */
export function inOrder(text) {
  const all = tokensOf(text);
  const swap = new Map();
  for (const token of all) {
    const closing = !isClosing(token) && partnerOf(token, all);
    if (closing && all.indexOf(closing) < all.indexOf(token)) { swap.set(token, closing); swap.set(closing, token); }
  }
  return swap.size ? text.replace(TOKEN, token => swap.get(token) ?? token) : text;
}

/** Words, blanks, marks and tokens. */
function atoms(text, language) {
  const words = new Intl.Segmenter(language || undefined, {granularity: "word"});
  return parts(text).flatMap(part => isToken(part) ? [part] : [...words.segment(part)].map(s => s.segment));
}

/**
 * Move a token over one word, forwards or backwards. A single slot changes places with the word;
 * an opening half goes to the beginning of a word, a closing one to the end.
 */
export function moved(text, token, forwards, language) {
  const list = atoms(text, language);
  const at = list.indexOf(token);
  if (at < 0) return text;
  const step = forwards ? 1 : -1;
  let to = at + step;
  while (list[to] !== undefined && /^\s+$/.test(list[to])) to += step;
  if (list[to] === undefined) return text;
  const half = partnerOf(token, tokensOf(text));
  if (half === list[to]) return text;
  if (!half) {
    [list[at], list[to]] = [list[to], list[at]];
    return inOrder(list.join(""));
  }
  list.splice(at, 1);
  let place = forwards ? to : to;
  if (!forwards && isClosing(token)) {
    // From the end of one word to the end of the word before.
    place = to;
    while (place > 0 && /^\s+$/.test(list[place - 1])) place -= 1;
  }
  if (forwards && !isClosing(token)) {
    while (place < list.length && /^\s+$/.test(list[place])) place += 1;
  }
  list.splice(place, 0, token);
  return inOrder(list.join(""));
}
