"""Books of mystmd and Jupyter Book 2: their source is written in other languages, and built there.

No plugin of mystmd sees titles and front matter, so the whole project is translated.
"""
