// One sentence open for writing, at its place in the text.

import {post} from "./api.js";
import {$, make, sentences, settled} from "./dom.js";
import {Field, reading} from "./field.js";
import {announce, failed, notice, toast} from "./notices.js";
import {lead, reveal, steadily} from "./places.js";
import {kept, state, tell} from "./state.js";
import {mark, pick} from "./statuses.js";
import {suggest} from "./suggestions.js";
import {tokensOf} from "./tokens.js";
import {label, say, t} from "./words.js";

/** The editor that is open, or null. */
let open = null;
/** The sentences that were saved here, the newest last, for undo. */
const saved = [];

/** The name of this tab for other editors; short, as it says only that there is somebody. */
export const ME = `#${Math.random().toString(36).slice(2, 6)}`;

const draftOf = id => `draft:${state.path}:${state.lang}:${id}`;
const button = (key, work, options = {}) => say(make("button", {type: "button", onclick: work, ...options}), key);

export const isOpen = id => Boolean(open) && (id === undefined || open.row.id === id);

/** Open the editor of a row; what is written in another one is kept as a draft. */
export function edit(id) {
  const row = state.rows.get(id);
  if (!row || row.status === "left-out") return;
  if (state.session.read_only) return toast("readonly");
  if (open?.row.id === id) return open.field.element.focus();
  close({focus: false});
  open = build(row);
  pick(id);
  steadily(() => place());
  reveal(open.card);
  open.field.element.focus({preventScroll: true});
  open.field.caret = open.field.length();
  open.check();
  suggest(open.aside, row, take, open.stop.signal);
  tellOthers(true);
}

/** The slots that must be there: those of the source, but for what a human's text has left out before. */
function required(row) {
  const there = row.status === "human" && row.target ? tokensOf(row.target) : tokensOf(row.source);
  return tokensOf(row.source).filter(token => there.includes(token));
}

function build(row) {
  const draft = kept.read(draftOf(row.id), sessionStorage);
  const made = {row, version: row.version, stop: new AbortController(), asking: null};
  made.field = new Field({
    text: row.target, slots: row.slots, required: required(row), lang: state.lang, direction: state.direction,
    changed: () => { remember(made); made.check(); },
  });
  // As the field gives it back, so that only a person's change is one.
  made.now = made.field.value();
  if (draft) made.field.write(draft);
  made.check = settled(350, () => check(made));
  made.said = make("div", {class: "findings", role: "status", "aria-live": "polite"});
  made.trouble = make("div", {class: "trouble", role: "alert"});
  made.aside = make("div", {class: "suggestions"});
  made.other = make("p", {class: "other-editor"});
  made.card = make("section", {class: "editor", role: "group", onkeydown: event => keys(event)},
    made.head = make("header"),
    make("p", {class: "other-editor others", role: "status"}), made.other,
    make("div", {class: "writing"},
      make("p", {class: "editor-source", lang: state.session.source_lang, dir: "auto"}, ...reading(row.source, row.slots)),
      made.field.element, made.field.tray, made.said, made.trouble,
      make("div", {class: "buttons"},
        button("save", () => save(), {class: "strong", "aria-keyshortcuts": "Control+Enter"}),
        made.read = button("read", () => read(row.id)),
        button("undo", () => undo(row.id)),
        button("leave", () => leave()))),
    made.aside);
  tellAuthor(made, row);
  label(made.card, "editor", {line: row.line});
  if (draft && draft !== made.now) made.other.append(say(make("span"), "draft.restored"), " ",
    button("draft.discard", () => { made.other.replaceChildren(); take(made.now); }));
  return made;
}

/** Say who wrote what the editor began with. */
function tellAuthor(editor, row) {
  const close = label(make("button", {type: "button", class: "quiet close", onclick: () => leave()}, "×"), "close");
  editor.head.replaceChildren(mark(row.status), say(make("strong"), `status.${row.status}`),
    make("span", {class: "soft"}, row.reason ?? ""), say(make("span", {class: "soft grow"}), "line", {line: row.line}), close);
  editor.read.hidden = row.read || !row.target;
}

/** Put the card below the block of its sentence; the block may have come anew. */
function place() {
  const [seg] = sentences($("right"), open.row.id);
  if (!seg) return;
  const block = seg.closest("table, figure, li, p, h1, h2, h3, h4, h5, h6, dd, dt, blockquote, summary") ?? seg.closest(".chunk").lastElementChild;
  const outer = block.closest("table") ?? block;
  if (outer.tagName === "LI" || outer.tagName === "DD") {
    if (open.card.parentElement === outer) return;
    const below = outer.querySelector(":scope > ul, :scope > ol");
    outer.insertBefore(open.card, below);
  } else {
    const after = outer.closest(".table") ?? (outer.tagName === "SUMMARY" ? outer.parentElement : outer);
    if (after.nextElementSibling !== open.card) after.after(open.card);
  }
}

/** After the text has changed: the editor stands at its sentence again, with focus and caret. */
export function settle(change) {
  if (!open) return change();
  const {field, card} = open;
  const writing = document.activeElement === field.element;
  const focused = card.contains(document.activeElement) ? document.activeElement : null;
  const caret = writing ? field.caret : 0;
  change();
  place();
  const row = state.rows.get(open.row.id);
  if (!row || !card.isConnected) return lost();
  renew(row);
  if (focused && document.activeElement !== focused) {
    focused.focus({preventScroll: true});
    if (writing) field.caret = caret;
  }
  return undefined;
}

/** A machine's new answer takes the place of what nobody has touched, and stands in nobody's way. */
function renew(row) {
  if (row.version === open.version || row.status === "human") return;
  open.version = row.version;
  tellAuthor(open, row);
  if (open.field.value() !== open.now) return;
  open.field.write(row.target);
  open.now = open.field.value();
}

/** The sentence is gone from the source: what was written stays as a draft. */
function lost() {
  const text = open.field.value();
  open.stop.abort();
  open.card.remove();
  open = null;
  toast("editor.gone", {text});
}

function remember(editor) {
  const text = editor.field.value();
  kept.write(draftOf(editor.row.id), text === editor.now ? "" : text, sessionStorage);
}

function take(text, inside = false) {
  const {field} = open;
  if (inside) field.insert(text);
  else field.set(text);
  field.element.focus();
  if (!inside) field.caret = field.length();
}

async function check(editor) {
  editor.asking?.abort();
  editor.asking = new AbortController();
  try {
    const {path, lang} = state;
    const found = await post("api/check", {path, lang, id: editor.row.id, target: editor.field.value()}, editor.asking.signal);
    editor.said.replaceChildren(...(found.findings ?? []).map(finding =>
      make("p", {class: "finding"}, make("b", {}, finding.rule), " ", finding.message)));
  } catch { /* what is said while typing may be missing; saving looks again */ }
}

/** Save, unless a slot is not placed. */
export async function save(version) {
  if (!open || open.saving) return undefined;
  const editor = open;
  const lacking = editor.field.missing();
  editor.trouble.replaceChildren();
  if (lacking.length) {
    const names = lacking.map(token => editor.row.slots[token] ?? token).join("  ");
    editor.trouble.append(say(make("p"), "save.lacks", {n: lacking.length, slots: names}));
    editor.field.tray.querySelector("button")?.focus();
    return undefined;
  }
  const target = editor.field.value().trim();
  if (!target) { editor.trouble.append(say(make("p"), "save.empty")); return undefined; }
  editor.saving = true;
  try {
    const found = await post("api/save", {path: state.path, lang: state.lang, id: editor.row.id, version: version ?? editor.version, target});
    kept.write(draftOf(editor.row.id), "", sessionStorage);
    saved.push(editor.row.id);
    if (open === editor) close({focus: true});
    take_in(found.row);
    toast(found.where && found.where !== "memory" ? "saved.file" : "saved", {where: found.where}, {key: "undo", work: () => undo()});
    if (found.note) notice("note", "failed", {message: found.note});
  } catch (error) {
    const theirs = error.status === 409 && error.body.row;
    editor.saving = false;
    if (theirs && theirs.status !== "human" && theirs.version !== version) return save(theirs.version);
    if (theirs) both(editor, error.body);
    else editor.trouble.append(make("p", {}, error.status ? error.message : t("unreachable")));
  } finally { editor.saving = false; }
  return undefined;
}

/** Another editor was quicker: both texts, and the choice. */
function both(editor, body) {
  const theirs = body.row;
  const choose = work => () => { editor.trouble.replaceChildren(); work(); };
  editor.version = theirs.version;
  editor.trouble.replaceChildren(make("div", {class: "both"},
    say(make("p"), "conflict"),
    make("dl", {}, say(make("dt"), "conflict.theirs"), make("dd", {lang: state.lang, dir: "auto"}, ...reading(theirs.target, {...editor.row.slots, ...theirs.slots})),
      say(make("dt"), "conflict.yours"), make("dd", {lang: state.lang, dir: "auto"}, ...reading(body.yours ?? editor.field.value(), editor.row.slots))),
    button("conflict.keep.theirs", choose(() => { kept.write(draftOf(editor.row.id), "", sessionStorage); take_in(theirs); close({focus: true}); })),
    button("conflict.keep.yours", choose(() => save(theirs.version)), {class: "strong"}),
    button("conflict.go.on", choose(() => editor.field.element.focus()))));
  editor.trouble.querySelector("button").focus();
}

function take_in(row) {
  if (!row) return;
  state.rows.set(row.id, row);
  tell("rows");
}

/** Leave: what was changed is asked about, and kept as a draft. */
export function leave() {
  if (!open) return;
  const changed = open.field.value() !== open.now;
  if (!changed) { close({focus: true}); return; }
  open.trouble.replaceChildren(make("div", {class: "both"}, say(make("p"), "leave.changed"),
    button("leave.keep", () => { close({focus: true}); toast("draft.kept"); }, {class: "strong"}),
    button("leave.discard", () => { kept.write(draftOf(open.row.id), "", sessionStorage); close({focus: true}); }),
    button("leave.stay", () => { open.trouble.replaceChildren(); open.field.element.focus(); })));
  open.trouble.querySelector("button").focus();
}

/** Close the editor; its text stays as a draft if it is another than the page's. */
export function close({focus}) {
  if (!open) return;
  const {row, card, check: checking} = open;
  checking.cancel();
  open.stop.abort();
  open.asking?.abort();
  tellOthers(false);
  open = null;
  lead($("right"));
  steadily(() => card.remove());
  if (focus) pick(row.id, true);
}

/** Say again that a sentence is open here: the server forgets it with the connection. */
export function tellAgain() {
  if (open) tellOthers(true);
}

async function tellOthers(writing) {
  const editor = open;
  const body = {path: state.path, lang: state.lang, id: editor.row.id, on: writing, who: ME};
  const found = await post("api/editing", body).catch(() => null);
  for (const who of found?.others ?? []) hearEditing({id: editor.row.id, who, on: true});
}

/** Somebody else opens or leaves a sentence. */
export function hearEditing({id, who, on: writing}) {
  if (open?.row.id !== id || who === ME) return;
  const note = open.card.querySelector(".others");
  if (!writing) note.replaceChildren();
  else note.replaceChildren(who.startsWith("#") ? say(make("span"), "other.tab") : say(make("span"), "other.editor", {who}));
}

export async function read(id) {
  const row = state.rows.get(id);
  if (!row || row.read || !row.target) return;
  try {
    const found = await post("api/read", {path: state.path, lang: state.lang, id});
    saved.push(id);
    if (isOpen(id)) close({focus: true});
    take_in(found.row ?? {...row, read: true});
    announce("marked.read");
  } catch (error) { failed(error); }
}

/** Take back the newest edit, or that of one sentence. */
export async function undo(id = saved.at(-1)) {
  if (!id) return announce("undo.nothing");
  try {
    const found = await post("api/undo", {path: state.path, lang: state.lang, id});
    if (saved.includes(id)) saved.splice(saved.lastIndexOf(id), 1);
    kept.write(draftOf(id), "", sessionStorage);
    if (isOpen(id)) close({focus: false});
    take_in(found.row);
    toast("undone");
    tell("go", id);
  } catch (error) { failed(error); }
  return undefined;
}

function keys(event) {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); save(); }
  else if (event.key === "Escape") { event.preventDefault(); event.stopPropagation(); leave(); }
  else if (event.altKey && /^[1-9]$/.test(event.key)) {
    const chosen = open.aside.querySelector(`[data-key="${event.key}"]`);
    if (chosen) { event.preventDefault(); chosen.click(); }
  }
}

addEventListener("pagehide", () => { if (open) tellOthers(false); });
addEventListener("beforeunload", event => { if (open && open.field.value() !== open.now) event.preventDefault(); });
