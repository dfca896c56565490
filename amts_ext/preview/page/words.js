// The words of the interface, in the person's language.
//
// An element says what it says: data-say is the key of its text, data-say-label that of its
// label for screen readers and tooltip. So the language can change while the page stands.

export const LANGUAGES = {en: "English", zh: "简体中文", es: "Español", pt: "Português"};
const BASE = new URL("words/", import.meta.url);

let words = {};
let fallback = {};
export let language = "en";

/** The language that a person chose, or else the browser's first one that there are words for. */
export function preferred(chosen, wanted = navigator.languages) {
  if (chosen in LANGUAGES) return chosen;
  for (const code of wanted) {
    const short = code.toLowerCase().split("-")[0];
    if (short in LANGUAGES) return short;
  }
  return "en";
}

/** Load the words of a language and put them everywhere. */
export async function speak(code) {
  const load = async name => (await fetch(new URL(`${name}.json`, BASE))).json();
  if (!Object.keys(fallback).length) fallback = await load("en");
  words = code === "en" ? fallback : await load(code);
  language = code;
  document.documentElement.lang = code === "zh" ? "zh-Hans" : code;
  refresh(document);
}

/** The text of a key; `{name}` stands for a parameter, and `n` chooses between one and many. */
export function t(key, values = {}) {
  const counted = "n" in values ? `${key}.${new Intl.PluralRules(language).select(values.n)}` : key;
  const text = words[counted] ?? words[`${key}.other`] ?? words[key] ?? fallback[counted] ?? fallback[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (_, name) =>
    typeof values[name] === "number" ? number(values[name]) : values[name] ?? "");
}

export const number = value => new Intl.NumberFormat(language).format(value);
export const percent = value =>
  new Intl.NumberFormat(language, {style: "percent", maximumFractionDigits: 0}).format(value);
export const dollars = value =>
  new Intl.NumberFormat(language, {style: "currency", currency: "USD", maximumSignificantDigits: 2}).format(value);
/** A time, given as seconds since 1970 or as a text; nothing for none. */
export const time = value => {
  const when = new Date(typeof value === "number" ? 1000 * value : value);
  return !value || Number.isNaN(when.getTime()) ? "" :
    new Intl.DateTimeFormat(language, {dateStyle: "medium", timeStyle: "short"}).format(when);
};
export const nameOf = code => {
  try { return new Intl.DisplayNames([language], {type: "language"}).of(code) ?? code; } catch { return code; }
};

/** Let an element say a key, now and after a change of language. */
export function say(element, key, values) {
  element.dataset.say = key;
  if (values) element.dataset.sayWith = JSON.stringify(values);
  else delete element.dataset.sayWith;
  spell(element);
  return element;
}

/** The same for its label. */
export function label(element, key, values) {
  element.dataset.sayLabel = key;
  if (values) element.dataset.sayWith = JSON.stringify(values);
  spell(element);
  return element;
}

function spell(element) {
  const {say: text, sayLabel, sayWith} = element.dataset;
  const values = sayWith ? JSON.parse(sayWith) : {};
  if (text) element.textContent = t(text, values);
  if (!sayLabel) return;
  const spoken = t(sayLabel, values);
  element.setAttribute("aria-label", spoken);
  if (/^(BUTTON|SUMMARY)$/.test(element.tagName)) element.title = spoken;
}

function refresh(root) {
  for (const element of root.querySelectorAll("[data-say], [data-say-label]")) spell(element);
}
