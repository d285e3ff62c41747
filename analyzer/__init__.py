"""The analyzer: takes SMF dumps in, stores, queries and exports them."""
