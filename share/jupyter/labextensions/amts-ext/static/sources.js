// What a panel follows: a notebook, or a text in an editor. Each gives the text of its file, and
// tells where its reader is as a line of that text; the fraction of a line is a place inside it.

import {notebookText} from "./notebook_text.js";

const FOLLOW = 40;
/** Milliseconds after a person moved the cursor in which a scroll is that of the cursor. */
const AFTER = 300;

/** Where the eye of a reader is, as a share of the window: at its top at the top of the text, at its bottom at the end. */
function eye(scroller) {
  const range = scroller.scrollHeight - scroller.clientHeight;
  return range > 0 ? Math.min(0.9, Math.max(0.05, scroller.scrollTop / range)) : 0.05;
}

/** Call a function at most once in a while, and after the last time. */
function paced(work) {
  let timer = 0;
  const later = () => { timer ||= setTimeout(() => { timer = 0; work(); }, FOLLOW); };
  later.cancel = () => clearTimeout(timer);
  return later;
}

/** The source that a document's widget shows. */
export function source(widget, context) {
  const {content} = widget;
  if (content?.widgets && "activeCell" in content) return new Notebook(content, context);
  if (content?.editor) return new Text(content, context);
  return new Plain(context);
}

/** A document whose reader cannot be followed, such as a rendered Markdown file. */
class Plain {
  /** True while the frame leads, so that it is not told what it has said. */
  led = false;
  chosen = -AFTER;

  constructor(context) { this.context = context; }

  /** Tell where a person works; the scroll that comes with it says nothing more. */
  choose(line) {
    this.chosen = performance.now();
    this.moved?.({line, chosen: true});
  }

  get isFollowing() { return !this.led && performance.now() - this.chosen > AFTER; }
  text() { return this.context.model.toString(); }
  tell() {}
  go() {}
  listen({changed}) {
    this.context.model.contentChanged.connect(changed);
    return () => this.context.model.contentChanged.disconnect(changed);
  }
}

class Notebook extends Plain {
  constructor(notebook, context) {
    super(context);
    this.notebook = notebook;
    this.starts = [];
  }

  text() {
    const {text, starts} = notebookText(this.context.model.toJSON());
    this.starts = starts;
    return text;
  }

  get scroller() { return this.notebook.scroller ?? this.notebook.outerNode ?? this.notebook.node; }

  lines(index) { return this.notebook.widgets[index].model.sharedModel.getSource().split("\n").length; }

  /** Tell the cell that a person works in. */
  tell() {
    const index = this.notebook.activeCellIndex;
    const line = this.starts[index];
    if (!this.moved || this.led || line === undefined) return;
    const editor = this.notebook.mode === "edit" ? this.notebook.activeCell?.editor : null;
    this.choose(line + (editor?.getCursorPosition().line ?? 0));
  }

  /** Tell the cell, and the place in it, where the eye is. */
  scrolled() {
    if (!this.isFollowing) return;
    const box = this.scroller.getBoundingClientRect();
    const height = eye(this.scroller);
    const y = box.top + box.height * height;
    const at = this.notebook.widgets.findIndex(cell => cell.isAttached && cell.node.getBoundingClientRect().bottom > y);
    if (at < 0 || this.starts[at] === undefined) return;
    const cell = this.notebook.widgets[at].node.getBoundingClientRect();
    const part = Math.min(0.999, Math.max(0, (y - cell.top) / cell.height));
    this.moved({line: this.starts[at] + part * this.lines(at), height});
  }

  /** Show the cell of a line, without telling the frame what it has said itself. */
  go(line) {
    const after = this.starts.findIndex(start => start > line);
    const index = (after < 0 ? this.starts.length : after) - 1;
    const cell = this.notebook.widgets[index];
    if (!cell) return;
    this.led = true;
    // In edit mode, the active cell's editor would take the focus from the sentence in the frame.
    if (this.notebook.mode !== "edit") this.notebook.activeCellIndex = index;
    Promise.resolve(this.notebook.scrollToItem?.(index, "smart")).catch(() => {}).finally(() => {
      setTimeout(() => { this.led = false; }, 200);
    });
  }

  listen({changed, moved}) {
    this.moved = moved;
    const stop = super.listen({changed});
    const tell = paced(() => this.tell());
    const scrolled = paced(() => this.scrolled());
    this.notebook.activeCellChanged.connect(tell);
    this.notebook.stateChanged.connect(tell);
    const scroller = this.scroller;
    scroller.addEventListener("scroll", scrolled, {passive: true});
    return () => {
      stop();
      this.moved = null;
      tell.cancel();
      scrolled.cancel();
      if (!this.notebook.isDisposed) {
        this.notebook.activeCellChanged.disconnect(tell);
        this.notebook.stateChanged.disconnect(tell);
      }
      scroller.removeEventListener("scroll", scrolled);
    };
  }
}

class Text extends Plain {
  constructor(content, context) {
    super(context);
    this.editor = content.editor;
  }

  get view() { return this.editor.editor; }

  lineAt(position) { return this.view.state.doc.lineAt(position).number; }

  tell() {
    if (this.led) return;
    const {line, column} = this.editor.getCursorPosition();
    const length = this.editor.getLine(line)?.length || 1;
    this.choose(line + 1 + Math.min(0.999, column / length));
  }

  scrolled() {
    if (!this.isFollowing) return;
    const scroller = this.view.scrollDOM;
    const height = eye(scroller);
    const y = scroller.scrollTop + scroller.clientHeight * height;
    const block = this.view.lineBlockAtHeight(y);
    const part = Math.min(0.999, Math.max(0, (y - block.top) / block.height));
    this.moved({line: this.lineAt(block.from) + part, height});
  }

  go(line) {
    this.led = true;
    this.editor.setCursorPosition({line: Math.floor(line) - 1, column: 0});
    this.editor.revealPosition({line: Math.floor(line) - 1, column: 0});
    setTimeout(() => { this.led = false; }, 200);
  }

  listen({changed, moved}) {
    this.moved = moved;
    const stop = super.listen({changed});
    const tell = paced(() => this.tell());
    const scrolled = paced(() => this.scrolled());
    const {selections} = this.editor.model;
    selections.changed.connect(tell);
    const scroller = this.view.scrollDOM;
    scroller.addEventListener("scroll", scrolled, {passive: true});
    return () => {
      stop();
      this.moved = null;
      tell.cancel();
      scrolled.cancel();
      selections.changed.disconnect(tell);
      scroller.removeEventListener("scroll", scrolled);
    };
  }
}
