// The panel: the preview's page in a frame, beside the notebook or text that it shows.
//
// The frame is of the same origin and under the same login. What is typed and not saved is sent to
// the server, which tells the page; where the reader is goes to the frame as messages (frame.js).

import {source} from "./sources.js";

const WAIT = 150;
const CHOSEN = "amts-ext:lang";
const OPEN = "amts-ext:open";
/** Milliseconds in which Jupyter opens again what was open. */
const RESTORED = 20000;
const dark = () => document.body.dataset.jpThemeLight === "false";
const languageName = code => {
  const name = (among => { try { return new Intl.DisplayNames([among], {type: "language"}).of(code); } catch { return code; } });
  return `${name(code)} (${name("en")})`;
};

/** Call a function once nothing has asked for it for a while. */
function settled(work) {
  let timer = 0;
  const later = () => { clearTimeout(timer); timer = setTimeout(work, WAIT); };
  later.cancel = () => clearTimeout(timer);
  return later;
}

/** The panels that are open, one for each document. */
export function panels({app, documents, server, parts, write}) {
  const {Dialog, InputDialog, IFrame, MainAreaWidget, Notification, ToolbarButton, showDialog, showErrorMessage, icon, label} = parts;
  const known = new Map();

  const remember = () => {
    sessionStorage.setItem(OPEN, JSON.stringify([...known.values()].map(panel => panel.context.path)));
  };

  /** The language to begin with; a person is asked if nothing says which, unless `quietly`. Null: nobody says. */
  async function language(found, quietly) {
    const before = localStorage.getItem(CHOSEN) ?? "";
    if (found.langs.includes(before)) return before;
    if (found.stated) return found.langs[0];
    if (quietly) return null;
    const items = found.langs.map(languageName);
    const {value} = await InputDialog.getItem({title: "Translate into", items, current: 0, editable: false});
    return value ? found.langs[items.indexOf(value)] : null;
  }

  class Panel {
    constructor(widget) {
      this.widget = widget;
      this.context = documents.contextForWidget(widget);
      this.source = source(widget, this.context);
      this.sent = settled(() => this.sendText());
      this.frame = document.createElement("iframe");
      this.frame.className = "amts-preview-frame";
      this.frame.style.cssText = "border: 0; width: 100%; height: 100%; display: block";
      const content = new parts.Widget({node: document.createElement("div")});
      content.node.append(this.frame);
      this.main = new MainAreaWidget({content});
      this.main.id = `amts-preview-${Math.random().toString(36).slice(2)}`;
      this.main.title.icon = icon;
      this.main.title.closable = true;
      this.main.addClass("amts-preview");
      this.main.toolbar.addItem("write", new ToolbarButton({
        label: "Write translated file", tooltip: "Write the translation as a file that Jupyter opens",
        onClick: () => app.commands.execute(write, {path: this.context.path}),
      }));
      this.name();
    }

    /** Ask the server where the page is, and show it; false if there is none to show. */
    async load(quietly = true) {
      const found = await server.post("amts/open", {path: this.context.path});
      const lang = this.lang && found.langs.includes(this.lang) ? this.lang : await language(found, quietly);
      if (!lang) return false;
      Object.assign(this, {found, lang});
      await this.sendText();
      const address = server.url(`${found.url}?${new URLSearchParams({path: found.path, lang})}`);
      if (this.frame.src !== address) this.frame.src = address;
      return true;
    }

    name() {
      this.main.title.label = this.context.path.split("/").pop();
      this.main.title.caption = `${label}: ${this.context.path}`;
      this.frame.title = `${label}: ${this.context.path}`;
      remember();
    }

    listen() {
      const heard = event => { if (event.source === this.frame.contentWindow && event.origin === location.origin) this.hear(event.data ?? {}); };
      addEventListener("message", heard);
      const themed = new MutationObserver(() => this.dress());
      themed.observe(document.body, {attributes: true, attributeFilter: ["data-jp-theme-light"]});
      const stop = this.source.listen({changed: this.sent, moved: where => this.tell({amts: "at", ...where})});
      const renamed = () => { this.name(); this.load().catch(error => this.fail(error)); };
      // The server sees a saved file by itself, and forgets then what was sent before.
      const saved = (_, state) => { if (state === "completed") setTimeout(this.sent, 400); };
      this.context.saveState.connect(saved);
      this.context.pathChanged.connect(renamed);
      const closed = () => this.main.dispose();
      this.widget.disposed.connect(closed);
      this.main.disposed.connect(() => {
        removeEventListener("message", heard);
        themed.disconnect();
        stop();
        this.sent.cancel();
        this.context.saveState.disconnect(saved);
        this.context.pathChanged.disconnect(renamed);
        this.widget.disposed.disconnect(closed);
        known.delete(this.widget);
        remember();
        this.forget();
      });
    }

    hear(data) {
      if (data.amts === "document") {
        this.lang = data.lang;
        localStorage.setItem(CHOSEN, data.lang);
        this.shown = data.path;
        this.dress();
        this.source.tell();
      }
      if (data.amts === "current" && data.path === this.found.path) this.source.go(data.line);
    }

    tell(data) {
      if (this.shown === this.found?.path) this.frame.contentWindow?.postMessage(data, location.origin);
    }

    dress() { this.frame.contentWindow?.postMessage({amts: "theme", name: dark() ? "dark" : "light"}, location.origin); }

    /** Send what the editor has; where it is as saved, the file counts. */
    async sendText() {
      if (!this.found || !this.context.isReady) return;
      try {
        await this.post("text", {path: this.found.path, text: this.source.text()});
      } catch (error) { this.fail(error); }
    }

    post(name, body, init) { return server.post(`${this.found.url}api/${name}`, body, init); }

    /** The editor is closed: what it did not save is no longer shown. */
    forget() {
      if (this.found) this.post("text", {path: this.found.path, text: null}, {keepalive: true}).catch(() => {});
    }

    async write(replace = false) {
      try {
        if (this.context.model.dirty) await this.context.save();
        const done = await server.post("amts/write", {path: this.context.path, lang: this.lang, replace});
        const lacking = Object.entries(done.counts).filter(([status]) => ["untranslated", "rejected"].includes(status)).reduce((sum, [, n]) => sum + n, 0);
        const open = {label: "Open", callback: () => { documents.openOrReveal(done.path); }};
        const left = lacking ? `; not translated yet: ${lacking}` : "";
        Notification.success(`Wrote ${done.path}${left}`, {actions: [open], autoClose: 8000});
      } catch (error) {
        if (error.status === 409 && error.body.may_replace) {
          const {button} = await showDialog({
            title: "Replace the file?", body: error.message,
            buttons: [Dialog.cancelButton(), Dialog.warnButton({label: "Replace"})],
          });
          if (button.accept) await this.write(true);
        } else await showErrorMessage(label, error);
      }
    }

    fail(error) { Notification.error(`${label}: ${error.message}`); }
  }

  /** Put a panel beside its document; in Notebook 7, which shows one document alone, at the right. */
  function place(panel) {
    const hasTabs = [...(app.shell.widgets?.("main") ?? [])].includes(panel.widget) && typeof app.shell.mode === "string";
    if (hasTabs) app.shell.add(panel.main, "main", {mode: "split-right", ref: panel.widget.id});
    else {
      panel.main.node.style.minWidth = "38vw";
      app.shell.add(panel.main, "right", {rank: 500});
      app.shell.expandRight?.(panel.main.id);
    }
  }

  return {
    async open(widget, quietly = false) {
      const before = known.get(widget);
      if (before) { app.shell.activateById(before.main.id); return before.main; }
      const panel = new Panel(widget);
      try {
        await panel.context.ready;
        if (!await panel.load(quietly)) { panel.main.dispose(); return null; }
      } catch (error) {
        panel.main.dispose();
        if (!quietly) await showErrorMessage(label, error);
        return null;
      }
      known.set(widget, panel);
      panel.listen();
      place(panel);
      remember();
      return panel.main;
    },
    /** Open the panels that were open before the page was loaded again, as their documents come. */
    async restore() {
      const paths = new Set(JSON.parse(sessionStorage.getItem(OPEN) ?? "[]"));
      for (let wait = 0; paths.size && wait < RESTORED; wait += 250) {
        for (const path of paths) {
          const widget = documents.findWidget(path, null);
          if (widget && paths.delete(path)) await this.open(widget, true);
        }
        await new Promise(later => { setTimeout(later, 250); });
      }
    },
    /** The panel of a document, or the panel that a widget is. */
    of: widget => known.get(widget) ?? [...known.values()].find(panel => panel.main === widget),
  };
}
