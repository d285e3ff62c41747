"""Figures that the product promises; `make bench` prints them."""
