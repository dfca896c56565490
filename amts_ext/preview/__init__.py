"""The preview: the translated page beside its source, live, and a person's edit is kept.

:mod:`amts_ext.preview.live` keeps one document up to date, without HTTP. The server of
``amts preview`` and the panel in JupyterLab are two doors to it.
"""
