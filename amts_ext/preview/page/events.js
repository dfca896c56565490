// What the server tells of a document while it is open.

import {address} from "./api.js";

/**
 * Listen to a document in a language; `heard` has a function for each event, `lost` and `found` for the
 * connection, and `revision()`, so that nothing is missed between fetching the page and listening.
 */
export class Events {
  constructor(path, lang, heard) {
    Object.assign(this, {path, lang, heard, closed: false, lost: 0, awake: () => this.turn()});
    document.addEventListener("visibilitychange", this.awake);
    this.turn();
  }

  /** A tab that nobody sees does not listen: a browser has six connections to a server for all its tabs. */
  turn() {
    if (!document.hidden) return this.connect();
    clearTimeout(this.lost);
    this.lost = 0;
    return this.source?.close();
  }

  connect() {
    if (this.closed || document.hidden || (this.source && this.source.readyState !== EventSource.CLOSED)) return;
    this.source = new EventSource(address("api/events", {path: this.path, lang: this.lang, revision: this.heard.revision(), who: this.heard.who}));
    for (const name of ["change", "progress", "cost", "editing", "gone", "resync"]) {
      this.source.addEventListener(name, event => this.heard[name]?.(JSON.parse(event.data)));
    }
    this.source.addEventListener("open", () => {
      clearTimeout(this.lost);
      this.lost = 0;
      this.heard.found?.();
    });
    this.source.addEventListener("error", event => {
      // The server's own messages have this name as well; they carry data.
      if (event.data) return this.heard.error?.(JSON.parse(event.data));
      // The browser tries again each second; it is told of once.
      this.lost ||= setTimeout(() => this.heard.lost?.(), 2500);
      if (this.source.readyState === EventSource.CLOSED) setTimeout(() => this.connect(), 4000);
      return undefined;
    });
  }

  close() {
    this.closed = true;
    clearTimeout(this.lost);
    document.removeEventListener("visibilitychange", this.awake);
    this.source?.close();
  }
}
