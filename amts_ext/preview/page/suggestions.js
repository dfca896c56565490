// What helps with a sentence: the memory, terms, the engine's text, and what was said before.

import {get} from "./api.js";
import {make} from "./dom.js";
import {reading} from "./field.js";
import {state} from "./state.js";
import {percent, say, time} from "./words.js";

const OPS = {added: "ins", removed: "del"};

/** The words by which a remembered source differs from this one. */
function difference(diff, slots) {
  return diff.flatMap(([op, text]) => OPS[op] ? [make(OPS[op], {}, ...reading(text, slots))] : reading(text, slots));
}

/** Fill the panel; `take` puts a text into the field. */
export async function suggest(panel, row, take, signal) {
  panel.replaceChildren(say(make("p", {class: "soft"}), "suggest.loading"));
  try {
    const found = await get("api/suggest", {path: state.path, lang: state.lang, id: row.id}, signal);
    draw(panel, found, row, take);
  } catch (error) {
    if (error.name !== "AbortError") panel.replaceChildren(say(make("p", {class: "soft"}), "suggest.failed", {message: error.message}));
  }
}

function draw(panel, found, row, take) {
  const likenesses = (found.memory ?? []).map((unit, index) => memory(unit, index, row, take));
  const terms = (found.terms ?? []).map(term => make("li", {}, make("span", {lang: state.session.source_lang}, term.source), " → ",
    make("button", {type: "button", class: "term", lang: state.lang, onclick: () => take(term.target, true)}, term.target)));
  const engine = found.engine?.text ? [offer(found.engine.text, row, take, found.engine.reason)] :
    found.engine?.reason ? [make("li", {class: "soft"}, found.engine.reason)] : [];
  const history = (found.history ?? []).map(entry => offer(entry.target, row, take,
    origin(entry.origin), [entry.who, time(entry.when), entry.signature, entry.document].filter(Boolean).join(" · ")));
  const all = [part("suggest.memory", likenesses), part("suggest.terms", terms, "terms"), part("suggest.engine", engine), part("suggest.history", history)].filter(Boolean);
  panel.replaceChildren(...(all.length ? all : [say(make("p", {class: "soft"}), "suggest.none")]));
}

/** Who wrote a translation: a person or a machine, or the name of a file or person. */
const origin = name => name === "human" || name === "machine" ? say(make("span"), `origin.${name}`) : make("span", {}, name ?? "");

function part(key, items, kind = "") {
  return items.length ? make("section", {}, say(make("h3"), key), make("ul", {class: kind}, ...items)) : null;
}

function memory(unit, index, row, take) {
  const head = [make("b", {class: "likeness"}, percent(unit.likeness)), " ",
    origin(unit.origin)];
  const source = unit.diff?.length ? make("p", {class: "was", lang: state.session.source_lang, dir: "auto"}, ...difference(unit.diff, row.slots)) : null;
  return offer(unit.target, row, take, head, time(unit.when), source, index < 9 ? index + 1 : null);
}

function offer(text, row, take, head, note = "", body = null, key = null) {
  const heads = [head].flat();
  return make("li", {class: "offer"},
    heads[0] ? make("p", {class: "offer-head"}, ...heads, note ? ` ${note}` : "") : null, body,
    make("button", {type: "button", class: "offer-text", lang: state.lang, dir: "auto", "data-key": key, onclick: () => take(text)},
      ...reading(text, row.slots), key ? make("kbd", {"aria-hidden": "true"}, `Alt ${key}`) : null));
}
