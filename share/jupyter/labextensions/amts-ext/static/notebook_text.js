// An open notebook as the text of its file, as Jupyter would save it: keys sorted, one blank for each
// level, texts as lists of lines. So a line number means the same before and after it is saved.

const LINES = /[^\n]*\n|[^\n]+/g;
const lines = text => (typeof text === "string" ? text.match(LINES) ?? [] : text);
const isText = type => /^text\/|^image\/svg\+xml$|^application\/javascript$/.test(type);

function sorted(value) {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.keys(value).sort().map(key => [key, sorted(value[key])]));
}

const bundle = data => Object.fromEntries(
  Object.entries(data ?? {}).map(([type, value]) => [type, isText(type) ? lines(value) : value]));

function output(given) {
  const made = {...given};
  if ("text" in made) made.text = lines(made.text);
  if ("data" in made) made.data = bundle(made.data);
  delete made.transient;
  return made;
}

function cell(given) {
  const {trusted, ...metadata} = given.metadata ?? {};
  const made = {...given, metadata, source: lines(given.source)};
  if (made.outputs) made.outputs = made.outputs.map(output);
  return sorted(made);
}

const written = (value, indent) => JSON.stringify(value, null, 1).replace(/\n/g, `\n${" ".repeat(indent)}`);

/** The text of a notebook's JSON, and for each cell the line (from 1) where its source begins. */
export function notebookText(json) {
  const {cells, ...rest} = json;
  const starts = [];
  const made = [];
  let line = 3;  // {, "cells": [, {
  for (const each of cells) {
    const one = cell(each);
    const text = written(one, 2);
    const before = written({...Object.fromEntries(Object.entries(one).filter(([key]) => key < "source"))}, 2);
    starts.push(line + before.split("\n").length - 1 + 1);
    line += text.split("\n").length;
    made.push(text);
  }
  const tail = JSON.stringify(sorted(rest), null, 1);
  const body = made.length ? `[\n  ${made.join(",\n  ")}\n ]` : "[]";
  return {text: `{\n "cells": ${body},${tail.slice(1)}\n`, starts};
}
