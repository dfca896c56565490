"""The preview in JupyterLab and Notebook 7: a Jupyter Server extension, and what the panel shows.

Jupyter's own authentication, XSRF check and contents manager stand before everything. The page and
its API are those of ``amts preview`` (:mod:`amts_ext.preview`), served below ``<base_url>/amts/``.
The part that runs in the browser is in ``share/jupyter/labextensions/amts-ext/``.

What this folder needs comes with ``pip install 'amts-ext[jupyterlab]'``. The files that announce
the extension to Jupyter come with every install, so its absence is no error: one line in the log.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp

LACKING = "the translation preview is off: {} is missing; pip install 'amts-ext[jupyterlab]'"


def _jupyter_server_extension_points() -> list[dict[str, object]]:
    """Tell Jupyter Server what to load."""
    try:
        from amts_ext.jupyterlab.extension import TranslationPreview
    except ImportError:
        return [{"module": "amts_ext.jupyterlab"}]
    return [{"module": "amts_ext.jupyterlab", "app": TranslationPreview}]


def _load_jupyter_server_extension(server: ServerApp) -> None:
    """Say what is missing; called only if the extension itself could not be imported."""
    try:
        from amts_ext.jupyterlab import extension as extension
    except ImportError as error:
        server.log.warning(LACKING.format(error.name or error))
