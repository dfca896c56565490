"""What goes wrong on demand: rules, and the damage they do to answers.

Rules come in from tests; an operation asks which of them fire for it.
"""
