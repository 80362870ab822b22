"""Speed as ratios: floor and ours interleaved in one run. Never a timed test."""
