"""The local web page: what-if scenarios side by side. What is decided and computed here knows nothing of the page; `views` and `script` draw it."""
