"""The folder that Streamlit runs."""
