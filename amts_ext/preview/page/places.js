// Where a reader is, and how both columns stay there together.
//
// Each row has a height in either column; between two rows, heights are interpolated. The eye is
// at the top of the window at the top of the text and moves to its bottom, so that both ends are
// reached. Only the column that a person moves leads; what the other does is never followed.

import {$} from "./dom.js";

const columns = () => [$("left"), $("right")];
let leader = null;
let anchors = null;
/** What should keep its height on the screen while the text changes: an element and its height. */
let held = null;

const other = column => (column === $("left") ? $("right") : $("left"));
const top = (element, column) => element.getBoundingClientRect().top - column.getBoundingClientRect().top;
const shown = column => column.clientHeight > 0;

function heights(column) {
  const found = new Map();
  for (const element of column.querySelectorAll(".seg[data-seg]")) {
    if (!found.has(element.dataset.seg) && element.getClientRects().length) {
      found.set(element.dataset.seg, top(element, column) + column.scrollTop);
    }
  }
  return found;
}

/** Pairs of heights that grow in both columns, from top to bottom. */
function pairs() {
  if (anchors) return anchors;
  const [left, right] = columns();
  const there = heights(right);
  const made = [[0, 0]];
  for (const [id, y] of heights(left)) {
    const [lastLeft, lastRight] = made.at(-1);
    const partner = there.get(id);
    if (partner !== undefined && y > lastLeft && partner > lastRight) made.push([y, partner]);
  }
  made.push([left.scrollHeight, right.scrollHeight]);
  return (anchors = made);
}

/** The height in one column that belongs to a height in the other. */
export function counterpart(y, from, table) {
  const to = 1 - from;
  let low = 0, high = table.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (table[middle][from] <= y) low = middle; else high = middle;
  }
  const [a, b] = [table[low], table[high]];
  const part = b[from] > a[from] ? (y - a[from]) / (b[from] - a[from]) : 0;
  return a[to] + Math.min(1, Math.max(0, part)) * (b[to] - a[to]);
}

/** How far down the window the eye of a reader is. */
function eye(column) {
  const range = column.scrollHeight - column.clientHeight;
  return range > 0 ? column.clientHeight * Math.min(1, Math.max(0, column.scrollTop / range)) : 0;
}

function follow() {
  if (!leader || !shown(leader) || !shown(other(leader))) return;
  const at = eye(leader);
  const y = counterpart(leader.scrollTop + at, leader === $("left") ? 0 : 1, pairs());
  other(leader).scrollTop = y - at;
}

/** Let a column lead from now on. */
export function lead(column) { leader = column; }

/** Remember what has to stay where it is: the chosen sentence if it is seen, or else the topmost text. */
function hold() {
  const column = leader && shown(leader) ? leader : columns().find(shown);
  if (!column) return;
  const inside = element => {
    const y = top(element, column);
    return y > -20 && y < column.clientHeight;
  };
  const chosen = document.activeElement?.closest?.(".editor, .seg");
  const element = chosen && column.contains(chosen) && inside(chosen) ? chosen :
    topmost(column);
  held = element && {element, column, y: top(element, column)};
}

function topmost(column) {
  for (const chunk of column.firstElementChild.children) {
    if (top(chunk, column) + chunk.offsetHeight > 0) {
      return [...chunk.querySelectorAll(".seg")].find(seg => top(seg, column) >= 0) ?? chunk;
    }
  }
  return null;
}

/** Put what is held back to its height; `find` gives the element that took an element's place. */
function restore(find = element => element) {
  anchors = null;
  const element = held && (held.element.isConnected ? held.element : find(held.element));
  if (element?.isConnected && shown(held.column)) {
    held.column.scrollTop += top(element, held.column) - held.y;
    held.element = element;
  }
  follow();
}

/** Change the text of the columns without moving what a person reads. */
export function steadily(change) {
  hold();
  change();
  restore(gone => {
    const id = gone.dataset?.seg ?? gone.querySelector?.(".seg")?.dataset.seg;
    return id ? held.column.querySelector(`.seg[data-seg="${CSS.escape(id)}"]`) : null;
  });
}

/** Bring an element into view, and the other column with it. */
export function reveal(element) {
  const column = element.closest(".column");
  if (!column) return;
  lead(column);
  const y = top(element, column);
  if (y < 48 || y + Math.min(element.offsetHeight, 120) > column.clientHeight - 48) {
    column.scrollTop += y - column.clientHeight / 3;
  }
  follow();
  hold();
}

export function watch() {
  for (const column of columns()) {
    for (const kind of ["wheel", "touchstart", "pointerdown", "keydown"]) {
      column.addEventListener(kind, () => lead(column), {passive: true});
    }
    column.addEventListener("scroll", () => {
      if (leader === null) lead(column);
      if (column === leader) { follow(); hold(); }
    }, {passive: true});
    // An image that has loaded, a window that was made smaller: the text stays where it was.
    new ResizeObserver(() => restore()).observe(column.firstElementChild);
    new ResizeObserver(() => restore()).observe(column);
  }
}
