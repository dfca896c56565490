// What JupyterLab loads: a container as webpack's module federation has it, written by hand, so that
// nothing has to be built. `init` is given the modules that JupyterLab shares, `get` the extension.
(() => {
  const here = document.currentScript.src;
  let scope = {};

  /** Compare versions such as 4.10.1, the newest first; of prereleases only the numbers count. */
  const newest = (a, b) => {
    const [x, y] = [a, b].map(version => version.split(/[.+-]/).map(part => parseInt(part, 10) || 0));
    const differs = x.findIndex((number, i) => number !== (y[i] ?? 0));
    return differs < 0 ? 0 : (y[differs] ?? 0) - x[differs];
  };

  /** A shared module: the one that is in use already, or else the newest. */
  async function shared(name) {
    const versions = scope[name];
    if (!versions) throw new Error(`amts-ext: JupyterLab shares no ${name}`);
    const sorted = Object.keys(versions).sort(newest);
    const version = sorted.find(each => versions[each].loaded) ?? sorted[0];
    return (await versions[version].get())();
  }

  (window._JUPYTERLAB ??= {})["amts-ext"] = {
    init(given) { scope = given; },
    async get(name) {
      if (name !== "./extension") throw new Error(`amts-ext: no module ${name}`);
      const {plugin} = await import(new URL("extension.js", here));
      const made = await plugin(shared);
      return () => ({__esModule: true, default: made});
    },
  };
})();
