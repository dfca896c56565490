// The book: its files with what is done of each, search in both languages, and what is to do.

import {get} from "./api.js";
import {translateBook} from "./batch.js";
import {$, make, settled} from "./dom.js";
import {bar} from "./statuses.js";
import {kept, on, state, tell} from "./state.js";
import {label, percent, say} from "./words.js";

const VIEWS = ["files", "search", "items"];
let view = "files";
let words = "";
let body = null;
let asking = null;

export const isShown = () => !$("book").hidden;

/** Show or hide the book; `wanted` is a view. */
export function toggle(wanted = null) {
  const box = $("book");
  if (isShown() && (!wanted || wanted === view)) {
    box.hidden = true;
    $("open-book").focus();
  } else {
    view = wanted ?? view;
    box.hidden = false;
    draw();
  }
  $("open-book").setAttribute("aria-expanded", String(isShown()));
  kept.write("book", isShown() ? "open" : "");
}

function draw() {
  const tabs = VIEWS.map(name => say(make("button", {
    type: "button", role: "tab", id: `tab-${name}`, "aria-selected": String(name === view), "aria-controls": "book-view",
    tabindex: name === view ? "0" : "-1", onclick: () => { view = name; draw(); $(`tab-${name}`).focus(); },
  }), `book.${name}`));
  const list = make("div", {role: "tablist", class: "tabs", onkeydown: arrows}, ...tabs);
  label(list, "book");
  body = make("div", {role: "tabpanel", id: "book-view", "aria-labelledby": `tab-${view}`, tabindex: "0"});
  const close = label(make("button", {type: "button", class: "quiet close", onclick: () => toggle()}, "×"), "close");
  $("book").replaceChildren(make("header", {}, list, close), body);
  ({files, search, items})[view]();
}

function arrows(event) {
  const step = {ArrowRight: 1, ArrowLeft: -1}[event.key];
  if (!step) return;
  event.preventDefault();
  view = VIEWS[(VIEWS.indexOf(view) + step + VIEWS.length) % VIEWS.length];
  draw();
  $(`tab-${view}`).focus();
}

async function load(path, query, show) {
  asking?.abort();
  asking = new AbortController();
  const place = body;
  try {
    const found = await get(path, {lang: state.lang, ...query}, asking.signal);
    if (place === body) show(found);
  } catch (error) {
    if (error.name !== "AbortError") place.replaceChildren(make("p", {class: "soft"}, error.status ? error.message : say(make("span"), "unreachable")));
  }
}

function link(path, id, ...children) {
  const query = new URLSearchParams({path, lang: state.lang});
  return make("a", {href: `?${query}${id ? `#${id}` : ""}`, "aria-current": path === state.path && !id ? "page" : null,
    onclick: event => { if (event.ctrlKey || event.metaKey) return; event.preventDefault(); tell("open", {path, id}); }}, ...children);
}

function files() {
  body.replaceChildren(say(make("p", {class: "soft"}), "loading"));
  return load("api/book", {}, found => body.replaceChildren(
    make("p", {class: "total"}, bar(found.total.counts), say(make("span"), "share.short", {read: percent(found.total.read), done: percent(found.total.done)})),
    found.total.done < 1 && !state.session.read_only ? say(make("button", {type: "button", onclick: translateBook}), "book.translate") : "",
    tree(found.files)));
}

/** Files below their folders, in the book's order. */
function tree(found) {
  const root = make("ul", {class: "tree"});
  const folders = new Map([["", root]]);
  const folder = path => {
    if (folders.has(path)) return folders.get(path);
    const cut = path.lastIndexOf("/");
    const list = make("ul");
    folder(cut < 0 ? "" : path.slice(0, cut)).append(make("li", {}, make("details", {open: true}, make("summary", {}, path.slice(cut + 1)), list)));
    folders.set(path, list);
    return list;
  };
  for (const file of found) {
    const cut = file.path.lastIndexOf("/");
    folder(cut < 0 ? "" : file.path.slice(0, cut)).append(make("li", {}, link(file.path, "",
      make("span", {class: "file-title"}, file.title || file.path), make("span", {class: "soft file-path"}, file.path.slice(cut + 1)),
      bar(file.counts), make("span", {class: "file-share"}, percent(file.read)),
      file.problem ? make("span", {class: "file-problem"}, file.problem) : null)));
  }
  return root;
}

function search() {
  const hits = make("div", {class: "hits", "aria-live": "polite"});
  const box = make("input", {type: "search", id: "search", autocomplete: "off", value: words});
  label(box, "search");
  const ask = settled(200, () => {
    words = box.value.trim();
    if (!words) return hits.replaceChildren();
    return load("api/search", {q: words}, found => {
      hits.replaceChildren(
        say(make("p", {class: "soft"}), found.more ? "search.more" : "search.hits", {n: found.hits.length}),
        make("ul", {}, ...found.hits.map(hit => make("li", {}, link(hit.path, hit.id,
          make("span", {class: "soft"}, `${hit.path}:${hit.line}`),
          make("span", {lang: state.session.source_lang, dir: "auto"}, ...lit(hit.source)),
          make("span", {lang: state.lang, dir: "auto"}, ...lit(hit.target)))))));
    });
  });
  box.addEventListener("input", ask);
  body.replaceChildren(box, hits);
  if (words) ask();
  box.focus();
}

/** A text with the words that were searched for marked; slots as dots. */
function lit(text) {
  const plain = (text ?? "").replace(/⟦\/?[a-z_]+\d+⟧/g, token => token.startsWith("⟦/") || /strong|emphasis|slide/.test(token) ? "" : "…");
  const at = plain.toLowerCase().indexOf(words.toLowerCase());
  if (at < 0) return [plain];
  return [plain.slice(0, at), make("mark", {}, plain.slice(at, at + words.length)), plain.slice(at + words.length)];
}

function items() {
  body.replaceChildren(say(make("p", {class: "soft"}), "loading"));
  return load("api/items", {}, found => {
    const byFile = Map.groupBy ? Map.groupBy(found.items, item => item.path) : grouped(found.items);
    body.replaceChildren(say(make("p", {class: "soft"}), "items.count", {n: found.items.length}),
      ...[...byFile].map(([path, list]) => make("section", {}, make("h3", {}, path), make("ul", {class: "items"}, ...list.map(item =>
        make("li", {}, link(item.path, item.id, make("b", {}, item.kind), " ", say(make("span", {class: "soft"}), "line", {line: item.line}),
          make("span", {}, item.message), item.source ? make("span", {class: "soft", lang: state.session.source_lang}, ...lit(item.source)) : null)))))));
  });
}

function grouped(found) {
  const groups = new Map();
  for (const item of found) groups.set(item.path, [...groups.get(item.path) ?? [], item]);
  return groups;
}

const refresh = settled(1500, () => { if (isShown() && view === "files" && !$("book").contains(document.activeElement)) files(); });

on("document", () => {
  if (!isShown()) return;
  for (const found of $("book").querySelectorAll("a[href]")) {
    const url = new URL(found.href);
    if (!url.hash) url.searchParams.get("path") === state.path ? found.setAttribute("aria-current", "page") : found.removeAttribute("aria-current");
  }
});
on("language", () => { if (isShown()) draw(); });
on("rows", refresh);
on("words", () => { if (isShown()) draw(); });
