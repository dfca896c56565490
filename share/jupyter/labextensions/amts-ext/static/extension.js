// The plugin: the command, its place in palette and toolbars, and the panels that it opens.

import {asked} from "./asked.js";
import {panels} from "./panel.js";

const COMMAND = "amts-ext:preview";
const WRITE = "amts-ext:write";
const NAME = "amts-preview";
const LABEL = "Translation preview";
const FACTORIES = ["Notebook", "Editor", "Markdown Preview"];
const READ = /\.(ipynb|md)$/i;
const SVG = `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24"><path class="jp-icon3" fill="#616161"
 d="M3 4h11v2h-2.1a12 12 0 0 1-2.7 5.2l2.3 2-1.1 1.7-2.6-2.3a16 16 0 0 1-3.6 2.3L3.3 13a13 13 0 0 0 3-1.8A13 13 0 0 1
 4.5 8.6l1.8-.7a10 10 0 0 0 1.4 2A9 9 0 0 0 9.8 6H3V4zm13 6h2l4.5 11h-2.1l-1-2.6h-4.8l-1 2.6h-2.1L16 10zm1 2.4-1.6 4.2h3.2L17
 12.4z"/></svg>`;

/** Make the plugin; `shared` gives a module that JupyterLab shares. */
export async function plugin(shared) {
  const [apputils, docmanager, services, ui, widgets] = await Promise.all(
    ["@jupyterlab/apputils", "@jupyterlab/docmanager", "@jupyterlab/services", "@jupyterlab/ui-components", "@lumino/widgets"].map(shared));
  const icon = new ui.LabIcon({name: "amts-ext:preview", svgstr: SVG});
  const parts = {...apputils, ...services, ...widgets, icon, label: LABEL};

  function activate(app, documents, palette) {
    const server = asked(services.ServerConnection, app.serviceManager.serverSettings);
    const opened = panels({app, documents, server, parts, write: WRITE});
    const current = () => {
      const widget = app.shell.currentWidget;
      const context = widget && documents.contextForWidget(widget);
      return context && READ.test(context.path) ? widget : null;
    };
    const named = path => (path ? documents.findWidget(path, null) ?? null : current());

    app.commands.addCommand(COMMAND, {
      label: LABEL, icon, caption: "Show the translation beside the notebook or Markdown file, live",
      isEnabled: () => Boolean(current()),
      execute: ({path}) => { const widget = named(path); return widget ? opened.open(widget) : null; },
    });
    app.commands.addCommand(WRITE, {
      label: "Write translated file", caption: "Write the translation as a file that Jupyter opens",
      isEnabled: () => Boolean(opened.of(app.shell.currentWidget)),
      execute: ({path}) => (path ? opened.of(named(path)) : opened.of(app.shell.currentWidget))?.write(),
    });
    for (const command of [COMMAND, WRITE]) palette?.addItem({command, category: "Translation"});
    for (const name of FACTORIES) {
      app.docRegistry.addWidgetExtension(name, {
        createNew(widget, context) {
          if (!READ.test(context.path)) return undefined;
          const button = new apputils.ToolbarButton({
            icon, tooltip: LABEL, onClick: () => app.commands.execute(COMMAND, {path: context.path}),
          });
          button.addClass("amts-preview-button");
          widget.toolbar.insertItem(name === "Notebook" ? 9 : 0, NAME, button);
          return button;
        },
      });
    }
    app.restored.then(() => opened.restore());
  }

  return {
    id: "amts-ext:preview", description: "The translated page beside a notebook or Markdown file, live.",
    autoStart: true, requires: [docmanager.IDocumentManager],
    optional: [apputils.ICommandPalette], activate,
  };
}
