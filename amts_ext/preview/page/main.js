// The page: joins the parts, its controls, its keys and its pointer.

import * as about from "./about.js";
import {Refused, session} from "./api.js";
import * as book from "./book.js";
import {$, make, sentenceAt} from "./dom.js";
import * as editor from "./editor.js";
import * as keys from "./keys.js";
import {failed, notice} from "./notices.js";
import {lead, watch} from "./places.js";
import {compare, follow, go, nextOpen, open, side, step, turn} from "./reader.js";
import {kept, on, state, tell} from "./state.js";
import * as statuses from "./statuses.js";
import {LANGUAGES, nameOf, preferred, speak, t} from "./words.js";

function theme(name) {
  kept.write("theme", name);
  $("theme").value = name;
  if (name) document.documentElement.dataset.theme = name; else delete document.documentElement.dataset.theme;
}

function marks(shown) {
  kept.write("marks", shown ? "" : "off");
  $("marks").checked = shown;
  document.documentElement.toggleAttribute("data-plain", !shown);
}

function pointers() {
  for (const name of ["left", "right"]) {
    const column = $(name);
    column.addEventListener("pointerover", event => statuses.light(sentenceAt(event.target)?.dataset.seg ?? ""));
    column.addEventListener("pointerleave", () => statuses.light(""));
    column.addEventListener("focusin", event => {
      const seg = sentenceAt(event.target);
      if (!seg || event.target.closest(".editor")) return;
      statuses.light(seg.dataset.seg);
      if (state.current !== seg.dataset.seg) statuses.pick(seg.dataset.seg);
    });
    column.addEventListener("click", event => {
      if (event.target.closest(".editor")) return;
      const link = event.target.closest("a[href]");
      const seg = sentenceAt(event.target);
      if (link && (name === "left" || !seg || event.ctrlKey || event.metaKey)) { follow(event, link); return; }
      if (link) event.preventDefault();
      if (!seg || !getSelection().isCollapsed || event.target.closest("summary")) return;
      statuses.pick(seg.dataset.seg, name === "right");
      if (name === "right") editor.edit(seg.dataset.seg);
    });
    column.addEventListener("submit", event => event.preventDefault());
  }
}

function controls() {
  const options = (select, entries) => select.replaceChildren(...entries.map(([value, text]) => make("option", {value}, text)));
  const fillLanguages = () => {
    options($("language"), state.session.langs.map(code => [code, nameOf(code)]));
    options($("against"), [["", t("source")], ...state.session.langs.filter(code => code !== state.lang).map(code => [code, nameOf(code)])]);
    $("language").value = state.lang;
    $("against").value = state.against;
  };
  options($("interface"), Object.entries(LANGUAGES));
  fillLanguages();
  on("document", fillLanguages);
  on("words", fillLanguages);
  $("language").addEventListener("change", event => { const lang = event.target.value; if (state.against === lang) state.against = ""; open({lang}).then(() => tell("language")); });
  $("against").addEventListener("change", event => compare(event.target.value).catch(failed));
  $("interface").addEventListener("change", async event => { kept.write("interface", event.target.value); await speak(event.target.value); statuses.sayings(); tell("words"); tell("rows"); });
  $("theme").addEventListener("change", event => theme(event.target.value));
  $("marks").addEventListener("change", event => marks(event.target.checked));
  $("next").addEventListener("click", () => nextOpen());
  $("help").addEventListener("click", () => { $("menu").open = false; keys.help(); });
  $("open-book").addEventListener("click", () => book.toggle());
  $("show-left").addEventListener("click", () => side("left"));
  $("show-right").addEventListener("click", () => side("right"));
  addEventListener("click", event => { if (!$("menu").contains(event.target)) $("menu").open = false; });
  addEventListener("popstate", () => fromAddress(true));
}

function commands() {
  const inText = event => event.target.closest?.(".seg") || event.target === document.body || event.target.closest?.(".column");
  const arrow = back => event => { if (!event.target.closest?.(".seg")) return false; return step(back); };
  const filters = Object.fromEntries(statuses.STATUSES.map((name, i) => [String(i + 1), () => statuses.choose(state.filter === name ? "" : name)]));
  keys.listen({
    ...filters, 0: () => statuses.choose(""), j: () => step(false), k: () => step(true), ArrowDown: arrow(false), ArrowUp: arrow(true),
    n: () => nextOpen(), p: () => nextOpen(true), r: () => { if (state.current) editor.read(state.current); }, m: () => marks(document.documentElement.hasAttribute("data-plain")),
    Enter: event => { const seg = event.target.closest?.("#right .seg"); if (!seg || event.target.closest("a, button, summary")) return false; return editor.edit(seg.dataset.seg); },
    e: event => inText(event) && state.current ? editor.edit(state.current) : false,
    undo: () => editor.undo(), "?": () => keys.help(), b: () => book.toggle(), "/": () => book.toggle("search"), i: () => book.toggle("items"),
    "[": () => turn(-1), "]": () => turn(1), l: () => $("language").focus(), c: () => { $("menu").open = true; $("against").focus(); },
    s: () => side($("columns").dataset.side === "right" ? "left" : "right"),
    Escape: () => { if ($("menu").open) $("menu").open = false; else if (book.isShown() && $("book").contains(document.activeElement)) book.toggle(); else return false; return true; },
  });
}

async function fromAddress(back) {
  const query = new URLSearchParams(location.search);
  const path = query.get("path") || state.session.documents[0];
  const lang = query.get("lang") || state.session.langs[0];
  if (!path) return notice("empty", "book.empty");
  return open({path, lang, id: decodeURIComponent(location.hash.slice(1)), keep: back});
}

async function start() {
  theme(kept.read("theme"));
  marks(kept.read("marks") !== "off");
  await speak(preferred(kept.read("interface")));
  statuses.sayings();
  try { state.session = await session(); } catch (error) {
    notice("failed", error instanceof Refused ? "refused" : "unreachable", {message: error.message});
    return;
  }
  $("open-book").hidden = state.session.documents.length < 2;
  on("go", id => go(id));
  on("open", ({path, id}) => open({path, id: id ?? ""}).then(() => { if (matchMedia("(max-width: 60rem)").matches && book.isShown()) book.toggle(); }));
  about.stand();
  controls();
  $("interface").value = preferred(kept.read("interface"));
  pointers();
  commands();
  watch();
  lead($("right"));
  await fromAddress(true);
  if (kept.read("book") && innerWidth > 1000) book.toggle();
  document.body.dataset.ready = "1";
}

start();
