"""What is stored as lists: records for programs, tables for people."""
