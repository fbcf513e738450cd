"""The slides: native charts and tables that can be edited, on a template of the house or of one's own."""
