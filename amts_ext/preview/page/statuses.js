// Who wrote each sentence: marks, counts, filter, and the next one that nobody has read.

import {$, make, sentences} from "./dom.js";
import {on, state, tell} from "./state.js";
import {label, say} from "./words.js";

export const STATUSES = ["human", "machine", "draft", "stale", "rejected", "untranslated", "left-out"];

/** A small shape for a status; its colour says nothing that its form does not. */
export const mark = status => make("i", {class: "mark", "data-status": status, "aria-hidden": "true"});

export const isOpen = row => !row.read && row.status !== "left-out";

const fits = row => !state.filter || (state.filter === "unread" ? isOpen(row) : row.status === state.filter);

/** The next row after the chosen one that fits, from the top again after the last. */
export function nextRow(test = isOpen, back = false) {
  const rows = [...state.rows.values()];
  if (back) rows.reverse();
  const at = rows.findIndex(row => row.id === state.current);
  return [...rows.slice(at + 1), ...rows.slice(0, Math.max(at, 0))].find(test) ?? null;
}

export const filtered = row => fits(row);

/** The texts that describe sentences to screen readers, one for each status. */
export function sayings() {
  const texts = [...STATUSES.flatMap(status => [[`says-${status}`, `status.${status}.long`]]), ["says-unread", "unread.long"]];
  $("sayings").replaceChildren(...texts.map(([id, key]) => say(make("span", {id}), key)));
}

/** Give new elements of a column what they need to be chosen, filtered and described. */
export function dress(elements, ours) {
  for (const root of elements) {
    for (const seg of root.querySelectorAll(".seg[data-seg]")) {
      seg.classList.toggle("faded", state.rows.has(seg.dataset.seg) && !fits(state.rows.get(seg.dataset.seg)));
      if (!ours) continue;
      const row = state.rows.get(seg.dataset.seg);
      const status = row?.status ?? seg.dataset.status;
      seg.dataset.status = status;
      seg.toggleAttribute("data-unread", !row || isOpen(row));
      seg.setAttribute("role", "group");
      seg.setAttribute("aria-describedby", `says-${status}${row && isOpen(row) ? " says-unread" : ""}`);
      if (!seg.hasAttribute("tabindex")) seg.tabIndex = -1;
    }
  }
}

/** Bring the marks of all sentences in step with the rows. */
export function redress() {
  dress([$("right")], true);
  dress([$("left")], false);
  draw();
}

function chip(name, count, symbol) {
  const button = make("button", {
    type: "button", class: "status", "data-filter": name, "aria-pressed": String(state.filter === name),
    onclick: () => choose(state.filter === name ? "" : name),
  }, symbol, say(make("span"), name === "unread" ? "unread" : `status.${name}`), make("b", {}, String(count)));
  return button;
}

export function choose(name) {
  state.filter = name;
  redress();
  tell("filter");
  const row = name && nextRow(fits);
  if (row && !fits(state.rows.get(state.current) ?? {status: ""})) tell("go", row.id);
}

function draw() {
  const rows = [...state.rows.values()];
  const count = test => rows.filter(test).length;
  const focused = document.activeElement?.dataset?.filter;
  const chips = STATUSES.map(status => [status, count(row => row.status === status)])
    .filter(([status, n]) => n || state.filter === status || status === "human")
    .map(([status, n]) => chip(status, n, mark(status)));
  $("statuses").replaceChildren(share(rows),
    chip("unread", count(isOpen), make("i", {class: "mark", "data-status": "unread", "aria-hidden": "true"})), ...chips);
  if (focused) $("statuses").querySelector(`[data-filter="${focused}"]`)?.focus();
  $("next").disabled = !rows.some(isOpen);
}

/** The share of each status as a bar. */
export function share(rows) {
  const counts = {};
  for (const row of rows) counts[row.status] = (counts[row.status] ?? 0) + 1;
  return bar(counts);
}

export function bar(counts) {
  const total = Object.values(counts).reduce((a, b) => a + b, 0);
  const shown = make("span", {class: "share", role: "img"});
  label(shown, "share", {done: total ? Math.round(100 * (counts.human ?? 0) / total) : 0});
  for (const status of STATUSES) {
    if (!counts[status]) continue;
    const part = make("i", {"data-status": status});
    part.style.flexGrow = counts[status];
    shown.append(part);
  }
  return shown;
}

/** Choose a sentence: both sides show it. */
export function pick(id, focus = false) {
  for (const seg of document.querySelectorAll(".seg.current")) {
    seg.classList.remove("current");
    if (seg.tabIndex === 0) seg.tabIndex = -1;
  }
  state.current = id;
  for (const column of [$("left"), $("right")]) for (const seg of sentences(column, id)) seg.classList.add("current");
  const [first] = sentences($("right"), id);
  if (first) {
    first.tabIndex = 0;
    if (focus) first.focus({preventScroll: true});
  }
  tell("current", id);
}

/** Light the pair under the pointer or with the focus. */
export function light(id) {
  for (const seg of document.querySelectorAll(".seg.lit")) if (seg.dataset.seg !== id) seg.classList.remove("lit");
  if (id) for (const column of [$("left"), $("right")]) for (const seg of sentences(column, id)) seg.classList.add("lit");
}

on("rows", redress);
