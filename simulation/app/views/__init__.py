"""What the page looks like: Streamlit draws, the modules above decide."""
