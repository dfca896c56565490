// The field in which a sentence is written: text, and slots as chips. A chip can be moved but not
// lost: what is taken out lies in the tray until it is placed again.

import {bare, before, caretOf, GUARD, indexAt, isChip, lengthOf, nodeAt, positionOf, putCaret, selected, sizeOf} from "./caret.js";
import {make} from "./dom.js";
import {render} from "./formulas.js";
import {announce} from "./notices.js";
import {inOrder, isClosing, isToken, missing, moved, partnerOf, parts, tokensOf} from "./tokens.js";
import {label, say, t} from "./words.js";

/** What a slot shows: a formula as one, the rest as it is written. */
export function chip(token, slots) {
  const shown = slots[token] ?? token.slice(1, -1);
  const all = Object.keys(slots);
  const half = partnerOf(token, all) ? (isClosing(token) ? "close" : "open") : "";
  const kind = token.replace(/[⟦⟧/\d]/g, "");
  const body = make("span", {class: "chip-body"}, shown);
  const made = make("span", {class: `chip ${half}`, "data-token": token, "data-kind": kind, contenteditable: "false", title: shown}, body);
  const formula = /^\$+([^]*?)\$+$/.exec(shown);
  if (formula && shown.length < 120) render(formula[1], body);
  return made;
}

/** A sentence that only shows its slots as chips. */
export function reading(text, slots) {
  return parts(text).map(part => isToken(part) ? chip(part, slots) : part);
}

export class Field {
  /** `changed` is called after each change of the text. */
  constructor({text, slots, required, lang, direction, changed}) {
    Object.assign(this, {slots, required, lang, changed});
    this.picked = null;
    this.past = [];
    this.future = [];
    this.element = label(make("div", {
      class: "field", role: "textbox", "aria-multiline": "true", tabindex: "0", spellcheck: "true", lang, dir: direction,
      contenteditable: "plaintext-only",
    }), "editor.field");
    if (this.element.contentEditable !== "plaintext-only") this.element.contentEditable = "true";
    this.tray = make("div", {class: "tray", role: "group"});
    label(this.tray, "tray");
    this.listen();
    this.write(text);
    this.last = this.value();
  }

  /** The sentence with its slots as tokens. */
  value() {
    const read = node => [...node.childNodes].map(child =>
      isChip(child) ? child.dataset.token : child.nodeType === Node.TEXT_NODE ? bare(child.data) : read(child)).join("");
    return read(this.element).replaceAll("\n", " ");
  }

  missing() { return missing(this.value(), this.required); }

  /** Replace the text, as one step that can be undone. */
  set(text, caret = null) {
    this.write(inOrder(text));
    if (caret !== null) this.caret = caret;
    this.note();
  }

  write(text) {
    const seen = new Set();
    const nodes = parts(text).map(part => {
      if (!isToken(part) || seen.has(part)) return isToken(part) ? "" : part;
      seen.add(part);
      return this.chip(part);
    });
    this.element.replaceChildren(...nodes.filter(node => node !== ""));
    this.guard();
    this.drawTray();
  }

  chip(token) {
    const made = chip(token, this.slots);
    made.draggable = true;
    return made;
  }

  guard() {
    for (const found of this.element.querySelectorAll(".chip")) {
      if (found.previousSibling?.nodeType !== Node.TEXT_NODE) found.before(GUARD);
      if (found.nextSibling?.nodeType !== Node.TEXT_NODE) found.after(GUARD);
    }
  }

  get caret() { return caretOf(this.element); }
  set caret(position) { putCaret(this.element, position); }
  length() { return lengthOf(this.element); }

  /** Put text or a token where the caret is. */
  insert(text) {
    const whole = this.value(), position = this.caret, at = indexAt(whole, position);
    const size = parts(text).reduce((sum, part) => sum + (isToken(part) ? 1 : part.length), 0);
    this.set(whole.slice(0, at) + text + whole.slice(at), position + size);
    this.element.focus();
    this.caret = position + size;
  }

  /** Remember what was, look at pairs and tray, and tell. */
  note(typing = false) {
    const text = this.value();
    if (text !== this.last) {
      if (!typing || !this.typed || performance.now() - this.typed > 900) this.past.push([this.last, this.was ?? this.length()]);
      this.typed = typing ? performance.now() : 0;
      this.future = [];
      this.last = text;
    }
    this.drawTray();
    this.changed(text);
  }

  step(from, to) {
    if (!from.length) return;
    to.push([this.last, this.caret]);
    const [text, caret] = from.pop();
    this.last = text;
    this.write(text);
    this.caret = caret;
    this.typed = 0;
    this.changed(this.last);
  }

  undo() { this.step(this.past, this.future); }
  redo() { this.step(this.future, this.past); }

  drawTray() {
    const lost = this.missing();
    this.tray.classList.toggle("lacks", lost.length > 0);
    const tools = this.picked ? [
      ["chip.back", "‹", () => this.move(this.picked, false)], ["chip.on", "›", () => this.move(this.picked, true)],
      ["chip.out", "×", () => this.takeOut(this.picked)],
    ].map(([key, sign, work]) => label(make("button", {type: "button", class: "small", onmousedown: e => e.preventDefault(), onclick: work}, sign), key)) : [];
    this.tray.replaceChildren(
      ...(lost.length ? [say(make("span", {class: "tray-title"}), "tray.lacks", {n: lost.length})] : []),
      ...lost.map(token => {
        const body = chip(token, this.slots);
        const button = make("button", {type: "button", class: "in-tray", draggable: "true", "data-token": token,
          onmousedown: event => event.preventDefault(), onclick: () => this.place(token)}, body);
        button.setAttribute("aria-label", t("tray.place", {slot: this.slots[token] ?? token}));
        button.addEventListener("dragstart", event => this.drag(event, token));
        return button;
      }), ...tools);
  }

  place(token) {
    this.insert(token);
    announce("chip.placed", {slot: this.slots[token] ?? token});
  }

  pick(element) {
    this.unpick();
    this.picked = element?.dataset.token ?? null;
    element?.classList.add("picked");
    if (element) announce("chip.picked", {slot: this.slots[this.picked] ?? this.picked});
    this.drawTray();
  }

  unpick() {
    this.element.querySelector(".picked")?.classList.remove("picked");
    this.picked = null;
  }

  find(token) { return this.element.querySelector(`.chip[data-token="${CSS.escape(token)}"]`); }

  move(token, forwards) {
    const text = moved(this.value(), token, forwards, this.lang);
    this.set(text);
    this.beside(this.find(token), true);
    this.pick(this.find(token));
  }

  takeOut(token) {
    const position = before(this.element, this.find(token));
    this.unpick();
    this.set(this.value().replace(token, ""), position);
    announce("chip.taken", {slot: this.slots[token] ?? token});
  }

  beside(element, after) {
    if (element) this.caret = before(this.element, element) + (after ? 1 : 0);
  }

  /** The chip right beside the caret. */
  neighbour(after) {
    const selection = getSelection();
    if (!selection.isCollapsed || !this.element.contains(selection.focusNode)) return null;
    const position = this.caret;
    let at = 0;
    for (const node of this.element.childNodes) {
      if (isChip(node) && at === (after ? position : position - 1)) return node;
      at += sizeOf(node);
    }
    return null;
  }

  /** The chip nearest to the caret. */
  nearest() {
    const position = this.caret;
    const distance = element => Math.abs(before(this.element, element) + 0.5 - position);
    return [...this.element.querySelectorAll(".chip")].sort((a, b) => distance(a) - distance(b))[0] ?? null;
  }

  listen() {
    const field = this.element;
    field.addEventListener("input", event => {
      if (event.isComposing) return;
      this.unpick();
      const text = this.value(), ordered = inOrder(text), position = this.caret;
      if (ordered !== text) { this.write(ordered); this.caret = position; } else this.guard();
      this.note(true);
    });
    field.addEventListener("compositionend", () => { this.guard(); this.note(true); });
    field.addEventListener("keydown", event => this.key(event));
    field.addEventListener("click", event => {
      const found = event.target.closest?.(".chip");
      if (found) { this.beside(found, true); this.pick(found); } else if (this.picked) { this.unpick(); this.drawTray(); }
    });
    field.addEventListener("blur", () => { if (this.picked) setTimeout(() => { if (!this.tray.contains(document.activeElement) && document.activeElement !== field) { this.unpick(); this.drawTray(); } }, 200); });
    field.addEventListener("beforeinput", event => {
      this.was = this.caret;
      if (event.inputType === "insertParagraph" || event.inputType === "insertLineBreak") event.preventDefault();
      if (event.inputType === "historyUndo") { event.preventDefault(); this.undo(); }
      if (event.inputType === "historyRedo") { event.preventDefault(); this.redo(); }
    });
    for (const kind of ["copy", "cut"]) field.addEventListener(kind, event => this.copy(event));
    field.addEventListener("paste", event => this.paste(event));
    field.addEventListener("dragstart", event => {
      const found = event.target.closest?.(".chip");
      if (found) this.drag(event, found.dataset.token);
    });
    field.addEventListener("dragover", event => { event.preventDefault(); field.classList.add("over"); });
    field.addEventListener("dragleave", () => field.classList.remove("over"));
    field.addEventListener("drop", event => this.drop(event));
  }

  key(event) {
    const command = event.ctrlKey || event.metaKey;
    if (command && event.key.toLowerCase() === "z") {
      event.preventDefault();
      event.stopPropagation();
      return event.shiftKey ? this.redo() : this.undo();
    }
    if (command && event.key.toLowerCase() === "y") { event.preventDefault(); return this.redo(); }
    const forwards = this.forwards(event);
    if (forwards !== null && event.altKey && !command) {
      event.preventDefault();
      const token = this.picked ?? this.nearest()?.dataset.token;
      return token && this.move(token, forwards);
    }
    if (forwards !== null && !command && !event.shiftKey && !event.altKey) {
      const found = this.picked ? this.find(this.picked) : this.neighbour(forwards);
      if (!found) return undefined;
      event.preventDefault();
      if (!this.picked) return this.pick(found);
      this.beside(found, forwards);
      this.unpick();
      return this.drawTray();
    }
    if ((event.key === "Backspace" || event.key === "Delete") && !command) {
      const found = this.picked ? this.find(this.picked) : this.neighbour(event.key === "Delete");
      if (found) { event.preventDefault(); this.takeOut(found.dataset.token); }
    }
    return undefined;
  }

  /** Whether a key goes forwards in the text; null for keys that do neither. */
  forwards(event) {
    const right = getComputedStyle(this.element).direction === "rtl" ? "ArrowLeft" : "ArrowRight";
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return null;
    return event.key === right;
  }

  copy(event) {
    const range = selected(this.element);
    if (!range) return;
    event.preventDefault();
    const text = this.value(), [from, to] = range.map(position => indexAt(text, position));
    event.clipboardData.setData("text/plain", text.slice(from, to));
    if (event.type === "cut") this.set(text.slice(0, from) + text.slice(to), range[0]);
  }

  /** Pasted text comes in bare; its tokens only where they are missing here. */
  paste(event) {
    event.preventDefault();
    const range = selected(this.element);
    if (range) {
      const text = this.value(), [from, to] = range.map(position => indexAt(text, position));
      this.set(text.slice(0, from) + text.slice(to), range[0]);
    }
    const lost = this.missing();
    const text = event.clipboardData.getData("text/plain").replace(/\s+/g, " ");
    this.insert(parts(text).filter(part => !isToken(part) || lost.includes(part)).join(""));
  }

  drag(event, token) {
    Field.dragged = token;
    event.dataTransfer.setData("text/plain", token);
    event.dataTransfer.effectAllowed = "move";
  }

  drop(event) {
    this.element.classList.remove("over");
    const token = Field.dragged;
    Field.dragged = null;
    event.preventDefault();
    if (!token || !(token in this.slots)) return;
    const at = nodeAt(event.clientX, event.clientY);
    if (!at || !this.element.contains(at.node)) return;
    const inside = at.node.parentElement?.closest(".chip");
    const position = inside ? before(this.element, inside) + 1 : positionOf(this.element, at.node, at.offset);
    const text = this.value(), index = indexAt(text, position);
    // The token leaves its old place; where it goes is marked before that, so no place shifts.
    const marked = `${text.slice(0, index)}\u0000${text.slice(index)}`.replace(token, "").replace("\u0000", token);
    this.set(marked);
    this.element.focus();
    this.beside(this.find(token), true);
  }
}

Field.dragged = null;
