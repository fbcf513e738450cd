"""Exports of ad platforms, pages and members: what is in a file, whatever its packing, language or number style."""
