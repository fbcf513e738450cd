"""Writes the pages of the site that come from the code: commands, scenario keys, Python names, gallery."""
