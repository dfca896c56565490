// What the page knows. Parts tell one another of changes by name.

const bus = new EventTarget();

export const state = {
  session: null,
  path: "",
  lang: "",
  /** The language that the left side shows instead of the source; "" for the source. */
  against: "",
  /** The rows of the document by id, in its order. */
  rows: new Map(),
  counts: {},
  revision: 0,
  direction: "ltr",
  /** The id of the chosen sentence. */
  current: "",
  /** The status that is shown alone; "" for all, "unread" for what nobody has read. */
  filter: "",
};

export const on = (name, work) => bus.addEventListener(name, event => work(event.detail));
export const tell = (name, detail) => bus.dispatchEvent(new CustomEvent(name, {detail}));

/** Replace the rows by those of a page. */
export function replaceRows(rows) {
  state.rows = new Map(rows.map(row => [row.id, row]));
}

/** Take new and changed rows, and the order of all. */
export function patchRows(rows, order) {
  const changed = new Map(rows.map(row => [row.id, row]));
  state.rows = new Map(order.map(id => [id, changed.get(id) ?? state.rows.get(id)]).filter(([, row]) => row));
}

/** What only this browser needs to remember: `read` gives "" where nothing is kept. */
export const kept = {
  read(key, store = localStorage) { try { return store.getItem(`amts:${key}`) ?? ""; } catch { return ""; } },
  write(key, value, store = localStorage) {
    try { value ? store.setItem(`amts:${key}`, value) : store.removeItem(`amts:${key}`); } catch { /* private windows */ }
  },
};
