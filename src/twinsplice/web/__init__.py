"""The look-up page and its API: `twinsplice serve`.

Needs the extra `serve`. Nothing that a visitor sends names a file, is stored, or
leaves this machine.
"""
