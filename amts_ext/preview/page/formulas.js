// Formulas that the server's converter does not know: Temml, loaded when the first one is seen.

const SOURCE = new URL("vendor/temml/temml.min.js", import.meta.url);
let loading = null;

function temml() {
  loading ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = SOURCE;
    script.onload = () => resolve(window.temml);
    script.onerror = () => reject(new Error("Temml"));
    document.head.append(script);
  });
  return loading;
}

/** Show a formula in an element; it keeps its TeX where Temml does not know it either. */
export async function render(tex, element, display = false) {
  try {
    const made = document.createElement("span");
    (await temml()).render(tex, made, {displayMode: display, throwOnError: true, trust: false});
    element.replaceChildren(...made.childNodes);
    element.classList.add("typeset");
  } catch { element.classList.add("raw"); }
}

/** Render every formula below an element that came as TeX. */
export function typeset(root) {
  for (const code of root.querySelectorAll("code.tex:not(.typeset, .raw)")) {
    render(code.textContent, code, code.dataset.display === "1");
  }
}
