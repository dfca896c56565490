// What the keyboard does, and the page that tells it.

import {$, isWriting, make} from "./dom.js";
import {label, say} from "./words.js";

/** Keys as they are shown, and the key of what they do. */
const SHOWN = [
  ["keys.read", [["j ↓", "key.forward"], ["k ↑", "key.back"], ["n", "key.next"], ["p", "key.previous"], ["r", "key.read"], ["m", "key.marks"], ["1 … 7, 0", "key.filter"], ["Tab", "key.side"]]],
  ["keys.write", [["Enter", "key.edit"], ["Ctrl Enter", "key.save"], ["Esc", "key.leave"], ["Alt ← →", "key.move"], ["← → Delete", "key.chip"], ["Alt 1 … 9", "key.suggestion"], ["Ctrl Z", "key.undo"]]],
  ["keys.book", [["b", "key.book"], ["/", "key.search"], ["i", "key.items"], ["[ ]", "key.documents"], ["l", "key.language"], ["c", "key.compare"], ["s", "key.switch"], ["?", "key.help"]]],
];

export function help() {
  const dialog = $("keys");
  const close = label(make("button", {type: "button", class: "quiet close", onclick: () => dialog.close()}, "×"), "close");
  dialog.replaceChildren(make("header", {}, say(make("h2", {id: "keys-title"}), "keys"), close),
    make("div", {class: "keys"}, ...SHOWN.map(([title, rows]) => make("section", {}, say(make("h3"), title),
      make("dl", {}, ...rows.flatMap(([key, does]) => [make("dt", {}, make("kbd", {}, key)), say(make("dd"), does)]))))));
  dialog.showModal();
}

/** Do what a key is for; `actions` has a function by key. Returns nothing where a person writes. */
export function listen(actions) {
  addEventListener("keydown", event => {
    if (event.defaultPrevented || event.isComposing || $("keys").open) return;
    const undo = (event.ctrlKey || event.metaKey) && !event.shiftKey && event.key.toLowerCase() === "z";
    const name = undo ? "undo" : event.key;
    // Inside an open sentence a letter is never a command, also on its buttons.
    if (event.target.closest?.(".editor") && name !== "?") return;
    if (isWriting(event.target) || (!undo && (event.ctrlKey || event.metaKey || event.altKey))) return;
    const action = actions[name];
    if (action && action(event) !== false) event.preventDefault();
  });
}
