"""The sites that gongbao knows: one TOML file each, as ../spec.py describes. Data only.

Facts were collected from public code and stored pages; `verified` says when somebody last saw a file work.
"""
