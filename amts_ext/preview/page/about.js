// The line below the text: who wrote the chosen sentence, why it waits, and what can be done.

import {make} from "./dom.js";
import {edit, read} from "./editor.js";
import {on, state} from "./state.js";
import {isOpen, mark} from "./statuses.js";
import {say} from "./words.js";

const line = make("footer", {class: "about", id: "about", hidden: true});

function draw() {
  const row = state.rows.get(state.current);
  line.hidden = !row;
  if (!row) return;
  const told = isOpen(row) && (row.status === "machine" || row.status === "draft") ? say(make("span", {class: "soft"}), "unread.long") : null;
  const button = (key, sign, work) => make("button", {type: "button", onclick: work}, say(make("span"), key), " ", make("kbd", {"aria-hidden": "true"}, sign));
  line.replaceChildren(mark(row.status), say(make("strong"), `status.${row.status}`), told ?? "",
    make("span", {class: "reason"}, row.reason ?? ""), say(make("span", {class: "soft grow"}), "line", {line: row.line}),
    ...(state.session.read_only ? [say(make("span", {class: "soft"}), "readonly")] : row.status === "left-out" ? [] : [
      row.target && !row.read ? button("read", "r", () => read(row.id)) : "",
      button("edit", "↵", () => edit(row.id))]));
}

export function stand() {
  document.body.append(line);
  for (const name of ["current", "rows", "document"]) on(name, draw);
}
