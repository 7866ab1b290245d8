"""Words: what is probably wrong with an exercise that was judged, and what to try."""
