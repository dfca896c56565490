// The translation of what the memory lacks: how far it is, what it costs, and the button that starts it.

import {post} from "./api.js";
import {$, make} from "./dom.js";
import {announce, failed, notice} from "./notices.js";
import {state} from "./state.js";
import {dollars, number, say} from "./words.js";

let cost = null;
let running = null;

const ENDS = new Set(["done", "cancelled", "failed"]);

export function reset() { cost = running = null; draw(); }

export function hearCost(found) { cost = found; draw(); }

export function hearProgress(found) {
  const was = running;
  running = ENDS.has(found.phase) ? null : found;
  if (running && !was) announce("batch.begins", {n: found.total});
  if (was && !running) announce("batch.over");
  if (found.phase === "failed") notice("batch", "failed", {message: found.text});
  draw();
}

function estimate(found) {
  const sentences = say(make("span"), "batch.waiting", {n: found.segments});
  if (!found.billed) return [sentences];
  const price = found.usd === null || found.usd === undefined ? null :
    say(make("span"), "batch.cost", {characters: number(found.characters), usd: dollars(found.usd)});
  return [sentences, " ", price];
}

/** Start; what is billed is only sent with the sum that the person has seen. */
async function start(agreed, path = state.path) {
  try {
    await post("api/translate", {path, lang: state.lang, agreed});
  } catch (error) {
    if (error.status !== 402) return failed(error);
    cost = {...error.body, path};
    draw();
    $("batch").querySelector("button")?.focus();
  }
  return undefined;
}

/** Translate all documents of the book. */
export const translateBook = () => start(null, null);

const cancel = () => post("api/cancel", {lang: state.lang}).catch(failed);

function draw() {
  const box = $("batch");
  const waiting = cost && cost.segments > 0;
  box.hidden = !running && !waiting;
  if (running) {
    const meter = make("progress", running.total ? {max: running.total, value: running.done, id: "batch-meter"} : {id: "batch-meter"});
    box.replaceChildren(
      say(make("label", {for: "batch-meter"}), running.total ? "batch.running" : "batch.starting", {done: running.done, total: running.total}), meter,
      make("span", {class: "soft"}, running.text ?? ""),
      say(make("button", {type: "button", onclick: cancel}), "cancel"));
  } else if (waiting) {
    const priced = cost.billed && cost.usd !== null && cost.usd !== undefined;
    const button = say(make("button", {type: "button", class: "strong", id: "translate",
      onclick: () => start(priced ? cost.usd : null, cost.path), disabled: state.session.read_only}),
      priced ? "batch.send" : cost.billed ? "batch.estimate" : "batch.translate", {usd: priced ? dollars(cost.usd) : ""});
    box.replaceChildren(...estimate(cost).filter(Boolean), button,
      ...(cost.billed ? [say(make("span", {class: "soft"}), "batch.nothing")] : []));
  }
}
