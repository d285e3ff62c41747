"""What the charts draw: plain data for `static/js/charts.js`, colours by the name of their tone."""
