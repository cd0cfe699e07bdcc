"""The panels of --help, under which commands are listed."""

RUN, READ, LOOK, KEEP, DECIDE = (
    "Run the service",
    "Read documents",
    "Look",
    "Keep and move",
    "Know better",
)
