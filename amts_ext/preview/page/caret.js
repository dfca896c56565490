// Where the caret is in a field of text and chips. Positions count characters; a chip counts as one.

import {isToken, parts} from "./tokens.js";

/** Chromium shows no caret beside a chip that has no text next to it; this text has no width. */
export const GUARD = "\u200b";
export const bare = text => text.replaceAll(GUARD, "");
export const isChip = node => node?.nodeType === Node.ELEMENT_NODE && node.classList.contains("chip");

export const sizeOf = node => (isChip(node) ? 1 : bare(node.textContent).length);
export const lengthOf = field => [...field.childNodes].reduce((sum, node) => sum + sizeOf(node), 0);

/** The position of a place in the field's nodes. */
export function positionOf(field, container, at) {
  const range = document.createRange();
  range.setStart(field, 0);
  range.setEnd(container, at);
  return [...range.cloneContents().childNodes].reduce((sum, node) => sum + sizeOf(node), 0);
}

/** The position before a chip. */
export const before = (field, chip) => positionOf(field, field, [...field.childNodes].indexOf(chip));

/** The position of the caret; the end of the text if it is elsewhere. */
export function caretOf(field) {
  const selection = getSelection();
  if (!selection.rangeCount || !field.contains(selection.focusNode)) return lengthOf(field);
  return positionOf(field, selection.focusNode, selection.focusOffset);
}

export function putCaret(field, position) {
  let left = position;
  const range = document.createRange();
  range.selectNodeContents(field);
  range.collapse(false);
  for (const node of field.childNodes) {
    const size = sizeOf(node);
    if (left <= size && node.nodeType === Node.TEXT_NODE) {
      range.setStart(node, inside(node.data, left));
      range.collapse(true);
      break;
    }
    left -= size;
  }
  const selection = getSelection();
  selection.removeAllRanges();
  selection.addRange(range);
}

/** The index in a text node after so many characters that are shown. */
function inside(text, count) {
  let at = 0;
  for (let seen = 0; at < text.length && (seen < count || text[at] === GUARD); at++) if (text[at] !== GUARD) seen += 1;
  return at;
}

/** What is selected in the field, as two positions; null for a caret. */
export function selected(field) {
  const selection = getSelection();
  if (selection.isCollapsed || !field.contains(selection.focusNode)) return null;
  const range = selection.getRangeAt(0);
  return [positionOf(field, range.startContainer, range.startOffset), positionOf(field, range.endContainer, range.endOffset)];
}

/** The index in a text with tokens that belongs to a position. */
export function indexAt(text, position) {
  let left = position, index = 0;
  for (const part of parts(text)) {
    if (isToken(part)) {
      if (left < 1) return index;
      left -= 1;
    } else if (left <= part.length) return index + left;
    else left -= part.length;
    index += part.length;
  }
  return index;
}

/** The place in the page's nodes at a point of the window. */
export function nodeAt(x, y) {
  if (document.caretPositionFromPoint) {
    const found = document.caretPositionFromPoint(x, y);
    return found && {node: found.offsetNode, offset: found.offset};
  }
  const range = document.caretRangeFromPoint?.(x, y);
  return range && {node: range.startContainer, offset: range.startOffset};
}
