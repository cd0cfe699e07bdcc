"""Benchmarks: ratios against named peers, measured in the same run. Nothing here is a test of speed."""
