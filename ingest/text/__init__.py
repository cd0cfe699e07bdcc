"""One text: its normal form, and what does not belong to it (noise, markup, running heads). Pure."""
