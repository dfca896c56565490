// The document that is open: shown, kept in step with the server, walked through.

import {get} from "./api.js";
import * as batch from "./batch.js";
import {$, make, sentences} from "./dom.js";
import * as editor from "./editor.js";
import {Events} from "./events.js";
import {failed, notice, settle} from "./notices.js";
import {show} from "./patching.js";
import {reveal, steadily} from "./places.js";
import {patchRows, replaceRows, state, tell} from "./state.js";
import * as statuses from "./statuses.js";
import {label, nameOf, say} from "./words.js";

const paper = side => $(side).firstElementChild;
let events = null;
let compared = null;
let opening = 0;

/** Open a document in a language, at a sentence if one is named. */
export async function open({path = state.path, lang = state.lang, id = "", keep = false}) {
  const mine = ++opening;
  const other = path !== state.path || lang !== state.lang;
  if (other) { editor.close({focus: false}); tell("leave"); }
  let page;
  try { page = await get("api/page", {path, lang}); } catch (error) { return failed(error); }
  if (mine !== opening) return undefined;
  for (const name of ["failed", "gone", "trouble"]) settle(name);
  const anew = page.path !== state.path || page.lang !== state.lang;
  Object.assign(state, {path: page.path, lang: page.lang, direction: page.direction, title: page.title, revision: page.revision, counts: page.counts});
  if (anew) state.current = "";
  replaceRows(page.rows);
  const draw = () => {
    if (!state.against) fill("left", page.left.map(c => c.id), byId(page.left), false);
    fill("right", page.right.map(c => c.id), byId(page.right), true);
  };
  if (anew) { paper("left").replaceChildren(); paper("right").replaceChildren(); draw(); } else steadily(() => editor.settle(draw));
  dressPage(page);
  tell("rows");
  if (anew) {
    tell("document");
    listen();
    remember(id, keep);
  }
  await compare(state.against);
  if (id) go(id);
  else if (anew) { for (const side of ["left", "right"]) $(side).scrollTop = 0; }
  return undefined;
}

const byId = chunks => {
  const found = new Map(chunks.map(c => [c.id, c.html]));
  return id => found.get(id);
};

function fill(side, ids, html, ours) {
  const made = show(paper(side), ids, html);
  statuses.dress(made, ours);
  for (const element of made) {
    for (const p of element.querySelectorAll("p.too-long")) say(p, "output.long", {size: Number(p.dataset.size), type: p.textContent});
    for (const table of element.querySelectorAll("table")) if (!table.parentElement.matches(".table")) {
      const around = make("div", {class: "table"});
      table.replaceWith(around);
      around.append(table);
    }
  }
}

function dressPage(page) {
  document.title = `${page.title || page.path} · ${nameOf(page.lang)}`;
  $("title").textContent = page.title || page.path;
  $("title").title = page.path;
  $("right").lang = paper("right").lang = page.lang;
  paper("right").dir = page.direction;
  if (!state.against) { paper("left").lang = page.source_lang; paper("left").dir = "auto"; }
  $("language").value = page.lang;
}

/** Put the document into the address: as a new one, or in place of the one that led here. */
function remember(id, instead) {
  const query = new URLSearchParams({path: state.path, lang: state.lang});
  history[instead ? "replaceState" : "pushState"](null, "", `?${query}${id ? `#${id}` : ""}`);
}

/** Listen to what happens to the document. */
function listen() {
  events?.close();
  batch.reset();
  let met = false;
  events = new Events(state.path, state.lang, {
    revision: () => state.revision, who: editor.ME, change, cost: batch.hearCost, progress: batch.hearProgress, editing: editor.hearEditing,
    resync: () => open({}),
    gone: () => notice("gone", "gone", {path: state.path}),
    // The document cannot be read at present; an empty message says that it can again.
    error: found => {
      for (const name of ["gone", "trouble"]) settle(name);
      if (found.message) notice("trouble", "failed", {message: found.message});
    },
    lost,
    found: () => { settle("lost"); if (met) { open({}); editor.tellAgain(); } met = true; },
  });
}

/** The connection is gone: it comes back by itself, unless the server was started anew with another token. */
async function lost() {
  try { await get("api/session"); } catch (error) {
    if (error.status !== 403) { notice("lost", "lost"); return; }
    events.close();
    notice("lost", "refused", {message: error.message});
  }
}

/** Take in a change: only what is new came, the rest stands here already. */
function change(found) {
  if (found.revision <= state.revision) return;
  const known = side => new Set([...paper(side).children].map(c => c.dataset.chunk));
  const lacks = (side, ids) => { const here = known(side); return ids.some(id => !here.has(id) && !(id in found.chunks)); };
  const left = state.against ? null : found.left;
  if (lacks("right", found.right) || (left && lacks("left", left)) || found.order.some(id => !state.rows.has(id) && !found.rows.some(r => r.id === id))) { open({}); return; }
  state.revision = found.revision;
  state.counts = found.counts;
  patchRows(found.rows, found.order);
  steadily(() => editor.settle(() => {
    if (left) fill("left", left, id => found.chunks[id], false);
    fill("right", found.right, id => found.chunks[id], true);
  }));
  tell("rows");
  again();
}

/** The chosen sentence is chosen in elements that came anew as well. */
function again() {
  if (!state.current) return;
  for (const side of ["left", "right"]) for (const seg of sentences($(side), state.current)) seg.classList.add("current");
  const [first] = sentences($("right"), state.current);
  if (first) first.tabIndex = 0;
}

/** Let the left side show another language, or the source. */
export async function compare(lang) {
  compared?.close();
  compared = null;
  const changed = lang !== state.against;
  state.against = lang;
  label($("left"), lang ? "compared" : "source");
  if (!lang) {
    if (changed) { paper("left").replaceChildren(); const page = await get("api/page", {path: state.path, lang: state.lang}); steadily(() => fill("left", page.left.map(c => c.id), byId(page.left), false)); dressPage(page); statuses.redress(); again(); }
    return;
  }
  let revision = 0;
  const load = async () => {
    const page = await get("api/page", {path: state.path, lang});
    revision = page.revision;
    steadily(() => fill("left", page.right.map(c => c.id), byId(page.right), false));
    paper("left").lang = lang;
    paper("left").dir = page.direction;
    statuses.redress();
    again();
  };
  if (changed) paper("left").replaceChildren();
  await load().catch(failed);
  compared = new Events(state.path, lang, {revision: () => revision, change: () => load().catch(failed), resync: () => load().catch(failed)});
}

/** Choose a sentence and bring it into view. */
export function go(id, focus = true) {
  statuses.pick(id, focus);
  const [seg] = sentences($(hidden("right") ? "left" : "right"), id);
  if (seg) reveal(seg);
  return Boolean(seg);
}

const hidden = side => $(side).clientHeight === 0;

export function step(back) {
  const row = statuses.nextRow(row => row.status !== "left-out" && statuses.filtered(row) && sentences($("right"), row.id).length > 0, back);
  if (row) go(row.id);
}

export function nextOpen(back = false) {
  const row = statuses.nextRow(statuses.isOpen, back);
  if (row) go(row.id); else notice("done", "next.none");
}

export function turn(by) {
  const all = state.session.documents;
  const path = all[all.indexOf(state.path) + by];
  if (path) open({path});
}

export function side(name) {
  const chosen = state.current;
  $("columns").dataset.side = name;
  for (const one of ["left", "right"]) $(`show-${one}`).setAttribute("aria-pressed", String(one === name));
  const seg = chosen && sentences($(name), chosen)[0];
  if (seg) reveal(seg);
}

/** A link of the text: another document of the book opens here, anything else in a tab of its own. */
export function follow(event, link) {
  const href = link.getAttribute("href");
  event.preventDefault();
  if (/^(https?|mailto):/i.test(href)) { window.open(href, "_blank", "noopener,noreferrer"); return; }
  const [file] = href.split("#");
  const path = decodeURI(new URL(file, `http://book/${state.path}`).pathname).slice(1);
  const found = file && [path, `${path}.md`, `${path}.ipynb`].find(name => state.session.documents.includes(name));
  if (found) open({path: found});
}

