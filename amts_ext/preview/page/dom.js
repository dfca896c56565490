// Elements: made, found, spoken of.

export const $ = id => document.getElementById(id);

/** Make an element. `on…` values are handlers; null and false leave an attribute out. */
export function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.filter(child => child !== null && child !== undefined));
  return element;
}

/** The element of a row nearest to an event's target, and the row's id. */
export function sentenceAt(target) {
  return target instanceof Element ? target.closest(".seg[data-seg]") : null;
}

/** All elements of a row in one column; a sentence may be cut in two by a formula of its own line. */
export function sentences(column, id) {
  return [...column.querySelectorAll(`.seg[data-seg="${CSS.escape(id)}"]`)];
}

/** Whether a person is writing in an element, so that single letters are no commands. */
export function isWriting(target) {
  return target instanceof Element &&
    (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

/** Call a function once, when it has not been asked for `wait` milliseconds. */
export function settled(wait, work) {
  let timer = 0;
  const asked = (...values) => { clearTimeout(timer); timer = setTimeout(() => work(...values), wait); };
  asked.cancel = () => clearTimeout(timer);
  return asked;
}
