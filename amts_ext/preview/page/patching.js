// The chunks of one column: an unchanged chunk keeps its element, and with it images that are
// loaded, outputs that are unfolded, and the editor that is open in it.

import {make} from "./dom.js";
import {typeset} from "./formulas.js";

/** Make an element of a chunk's HTML, which the server has made harmless. */
function chunk(id, html) {
  const element = make("div", {class: "chunk", "data-chunk": id});
  element.innerHTML = html;
  typeset(element);
  return element;
}

/** Show chunks in a column: `ids` in order, and `html(id)` of those that it lacks. Gives back the new elements. */
export function show(paper, ids, html) {
  const old = new Map([...paper.children].map(element => [element.dataset.chunk, element]));
  const made = [];
  const wanted = ids.map(id => {
    const known = old.get(id);
    if (known) return known;
    const element = chunk(id, html(id));
    made.push(element);
    return element;
  });
  const staying = new Set(wanted);
  for (const element of old.values()) if (!staying.has(element)) element.remove();
  // What stands in place already is not moved: moving an element resets what is inside it.
  let here = paper.firstElementChild;
  for (const element of wanted) {
    if (element === here) here = here.nextElementSibling;
    else paper.insertBefore(element, here);
  }
  return made;
}
