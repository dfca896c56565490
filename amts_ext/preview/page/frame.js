// The page inside a page of the same origin, such as JupyterLab's panel. The page around it tells
// where its reader is in the source, and is told which sentence is chosen here:
//
//   in   {amts: "at", line, height, chosen}   `line` is 1-based, its fraction a place inside the line;
//                                             `height` (0 to 1) is where it stands in the window;
//                                             `chosen`: the reader works there, and does not just scroll
//        {amts: "theme", name}                "light" or "dark", unless a person has chosen here
//   out  {amts: "document", path, lang}       another document or language is shown
//        {amts: "current", path, line}        a sentence was chosen

import {$, sentences} from "./dom.js";
import {isOpen} from "./editor.js";
import {lead, reveal} from "./places.js";
import {kept, on, state} from "./state.js";
import {pick} from "./statuses.js";

/** True while the page around this one leads, so that it is not told what it has said. */
let led = false;

const send = data => parent.postMessage(data, location.origin);

/** The row at a line of the source, or the last before it; a line may hold several. */
function rowAt(line) {
  let found = [];
  for (const row of state.rows.values()) {
    if (row.line > line) continue;
    if (!found.length || row.line > found[0].line) found = [row];
    else if (row.line === found[0].line) found.push(row);
  }
  const inside = found.length && Math.floor(line) === found[0].line ? line % 1 : 0.999;
  return found[Math.floor(inside * found.length)];
}

function at({line, height = 0.3, chosen = false}) {
  const row = rowAt(line);
  const side = $("right").clientHeight ? "right" : "left";
  const [seg] = row ? sentences($(side), row.id) : [];
  if (!seg || isOpen()) return;  // who writes a sentence here is not moved away from it
  led = true;
  if (chosen) {
    pick(row.id);
    reveal(seg);
  } else {
    const column = $(side);
    lead(column);
    const y = seg.getBoundingClientRect().top - column.getBoundingClientRect().top;
    column.scrollTop += y - height * column.clientHeight;
  }
  led = false;
}

function dress(name) {
  if (!kept.read("theme")) document.documentElement.dataset.theme = name;
}

if (parent !== window) {
  document.documentElement.dataset.framed = "";
  addEventListener("message", event => {
    if (event.source !== parent || event.origin !== location.origin) return;
    if (event.data?.amts === "at") at(event.data);
    if (event.data?.amts === "theme") dress(event.data.name);
  });
  on("document", () => send({amts: "document", path: state.path, lang: state.lang}));
  on("current", id => {
    const row = state.rows.get(id);
    if (row && !led) send({amts: "current", path: state.path, line: row.line});
  });
}
