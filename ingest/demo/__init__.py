"""Sample sites for `gongbao demo`: pages of our own, in the layouts of real ones."""
